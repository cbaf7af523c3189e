"""Create an experiment, in requirement B's form or in ours."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.definitions import Kind
from tessella.domain.experiments.setup.declared import read_experiment
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import Json
from tessella.ports import Session
from tessella.usecases.create_definition import create_definition


async def create_experiment(session: Session, written: Mapping[str, Json]) -> Experiment:
    """The experiment as it is stored, with the ids that were made. Raises `Invalid` errors and `AlreadyExists`."""
    return read_experiment((await create_definition(session, Kind.EXPERIMENT, written)).body)
