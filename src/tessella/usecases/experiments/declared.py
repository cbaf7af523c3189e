"""Experiments as they are declared."""

from __future__ import annotations

from tessella.domain.errors import NoSuch
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import ExperimentId, nearest
from tessella.ports import Session


def experiment_named(session: Session, experiment_id: ExperimentId) -> Experiment:
    """An experiment of the current snapshot. Raises `NoSuch`."""
    known = session.snapshot().definitions.experiments
    found = known.get(experiment_id)
    if found is None:
        raise NoSuch("experiment", experiment_id, nearest(experiment_id, known), known)
    return found
