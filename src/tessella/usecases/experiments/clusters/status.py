"""How far the clusters of an experiment are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.experiments.clusters.model import NEEDED
from tessella.domain.identifiers import ExperimentId, Instant, Json
from tessella.ports import Session
from tessella.ports.experiments import ClustersState, StoredClusters
from tessella.ports.jobs import Job, JobRun, RunState
from tessella.usecases.experiments.declared import experiment_named

#: After so long, clusters are trained anew.
STALE_US: Final = 7 * 24 * 3_600_000_000
#: A run is looked for among so many of all experiments, the last one asked for first.
_RUNS: Final = 200


class ClusteringState(StrEnum):
    """What there is."""

    #: Fewer assignments than a training needs.
    COLLECTING = "collecting"
    #: Enough of them, and no training yet.
    READY = "ready"
    TRAINING = "training"
    TRAINED = "trained"
    #: Contexts have no groups worth having.
    NONE_FOUND = "none_found"
    #: The last training failed; clusters that were known stay in use.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ClusteringStatus:
    """How far they are."""

    assignments: int
    #: The newest version, and the last run; None before the first.
    newest: StoredClusters | None
    run: JobRun | None
    now: Instant

    @property
    def state(self) -> ClusteringState:
        """What there is."""
        if self.is_training:
            return ClusteringState.TRAINING
        if self.failed is not None:
            return ClusteringState.FAILED
        if self.newest is not None:
            is_none = self.newest.state is ClustersState.NONE_FOUND
            return ClusteringState.NONE_FOUND if is_none else ClusteringState.TRAINED
        return ClusteringState.READY if self.assignments >= NEEDED else ClusteringState.COLLECTING

    @property
    def is_training(self) -> bool:
        """Whether a run is queued or goes on."""
        return self.run is not None and self.run.state.is_open

    @property
    def failed(self) -> JobRun | None:
        """The last run, if it failed and nothing was stored since."""
        if self.run is None or self.run.state is not RunState.FAILED:
            return None
        return self.run if self.newest is None or self.newest.trained_at < self.run.asked_at else None

    @property
    def found(self) -> Mapping[str, Json]:
        """What the last run made of the newest version, see `TrainedClusters.written`; empty where it made none."""
        if self.run is None or self.newest is None or not isinstance(self.run.result, Mapping):
            return {}
        return self.run.result if self.run.result["version"] == self.newest.version else {}

    @property
    def age_us(self) -> int | None:
        """How long ago they were trained."""
        return None if self.newest is None else self.now - self.newest.trained_at

    @property
    def is_stale(self) -> bool:
        """Whether that is too long ago."""
        return self.age_us is not None and self.age_us > STALE_US


async def clustering_status(session: Session, experiment_id: ExperimentId) -> ClusteringStatus:
    """How far an experiment's clusters are. Raises `NoSuch`."""
    experiment_named(session, experiment_id)
    newest, run = await session.clustering(experiment_id), await _last_run(session, experiment_id)
    return ClusteringStatus(await session.assigned_so_far(experiment_id), newest, run, session.now())


async def _last_run(session: Session, experiment_id: ExperimentId) -> JobRun | None:
    runs, _ = await session.runs(job=Job.TRAIN_CLUSTERS, state=None, limit=_RUNS, cursor=None)
    return next((each for each in runs if each.inputs["experiment_id"] == experiment_id), None)
