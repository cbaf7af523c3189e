"""Experiments as they are declared."""

from __future__ import annotations

from tessella.domain.errors import NoSuch
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment, ExperimentStatus
from tessella.domain.identifiers import ExperimentId, nearest
from tessella.ports import Session


def alive_experiments(session: Session) -> list[Experiment]:
    """The experiments whose rewards count now, by name."""
    found = session.snapshot().definitions.experiments
    return [found[name] for name in sorted(found) if found[name].status in ALIVE]


def experiment_statuses(session: Session) -> dict[ExperimentId, ExperimentStatus]:
    """Where every experiment is in its life."""
    return {name: each.status for name, each in session.snapshot().definitions.experiments.items()}


def experiment_named(session: Session, experiment_id: ExperimentId) -> Experiment:
    """An experiment of the current snapshot. Raises `NoSuch`."""
    known = session.snapshot().definitions.experiments
    found = known.get(experiment_id)
    if found is None:
        raise NoSuch("experiment", experiment_id, nearest(experiment_id, known), known)
    return found
