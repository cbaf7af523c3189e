"""Have clusters trained."""

from __future__ import annotations

from tessella.domain.errors import TooFewAssignments
from tessella.domain.experiments.clusters.model import NEEDED
from tessella.domain.identifiers import ExperimentId
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun
from tessella.usecases.experiments.declared import experiment_named


async def ask_for_clusters(session: Session, experiment_id: ExperimentId) -> JobRun:
    """Have them trained; gives the run that does so already when there is one.

    Raises `NoSuch`, and `TooFewAssignments`.
    """
    experiment_named(session, experiment_id)
    await enough_assignments(session, experiment_id)
    return await session.ask_for(Job.TRAIN_CLUSTERS, {"experiment_id": experiment_id})


async def enough_assignments(session: Session, experiment_id: ExperimentId) -> int:
    """How many there are. Raises `TooFewAssignments`."""
    assignments = await session.assigned_so_far(experiment_id)
    if assignments < NEEDED:
        raise TooFewAssignments(experiment_id, assignments, NEEDED)
    return assignments
