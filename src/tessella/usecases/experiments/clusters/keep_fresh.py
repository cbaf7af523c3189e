"""Have clusters trained when it is time, without anybody asking, and tell when that does not help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tessella.domain.alerts.rules import EXPERIMENT_CLUSTERS_FAILED, EXPERIMENT_CLUSTERS_STALE
from tessella.domain.experiments.clusters.model import NEEDED
from tessella.domain.experiments.clusters.nearest import cluster_key
from tessella.domain.experiments.eligibility.activation import CLUSTERS_FROM
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.domain.features.gate import iso
from tessella.ports import Session
from tessella.ports.experiments import StoredClusters
from tessella.usecases.alerts import resolve_others, tell
from tessella.usecases.experiments.clusters.ask import ask_for_clusters
from tessella.usecases.experiments.clusters.status import STALE_US, ClusteringStatus, clustering_status

#: A training that failed is tried again after an hour, and one that is due has ended within an hour.
_PAUSE_US: Final = 3_600_000_000
_RULES: Final = (EXPERIMENT_CLUSTERS_FAILED, EXPERIMENT_CLUSTERS_STALE)


async def keep_clusters_fresh(session: Session, experiment: Experiment) -> None:
    """Have clusters trained at 1,000 assignments, and again after a week, where an experiment needs them.

    It needs them in the mode `auto`; and where it may switch segments on by itself, from as many units on as a day
    needs for clusters. Doing it again changes nothing. Raises `Unavailable`.
    """
    needed = _needed(experiment)
    if needed is None:
        return
    status = await clustering_status(session, experiment.experiment_id)
    if _is_due(status, needed):
        await ask_for_clusters(session, experiment.experiment_id)
    if not status.is_training:  # a failure lasts until a training has ended well
        await tell(session, EXPERIMENT_CLUSTERS_FAILED, experiment.experiment_id, _failure(status))
    await tell(session, EXPERIMENT_CLUSTERS_STALE, experiment.experiment_id, _age(status))


async def resolve_unneeded(session: Session, experiments: Iterable[Experiment]) -> None:
    """Resolve what is open of experiments that need no clusters any more. `experiments` are all that are watched."""
    needing = {each.experiment_id for each in experiments if _needed(each) is not None}
    await resolve_others(session, _RULES, needing)


def cluster_names(stored: StoredClusters | None) -> dict[str, str]:
    """What the segments of a version are called, by key. What others were called is stored with their segments."""
    if stored is None:
        return {}
    return {cluster_key(stored.version, each.n): each.name for each in stored.clusters}


def _needed(experiment: Experiment) -> int | None:
    """How many assignments the first training waits for; None where no clusters are needed."""
    told = experiment.segmentation
    if experiment.status not in ALIVE:
        return None
    if told.in_force is SegmentationMode.AUTO:
        return NEEDED
    return CLUSTERS_FROM if told.auto_activation and told.in_force is SegmentationMode.DISABLED else None


def _is_due(status: ClusteringStatus, needed: int) -> bool:
    if status.is_training or status.assignments < needed:
        return False
    if status.failed is not None and status.now - (status.failed.finished_at or status.now) < _PAUSE_US:
        return False
    return status.newest is None or status.is_stale


def _failure(status: ClusteringStatus) -> str | None:
    if status.failed is None:
        return None
    reason = "" if status.failed.error is None else status.failed.error.message
    return f"{reason} What was known before stays in use. The run is {status.failed.run_id}.".strip()


def _age(status: ClusteringStatus) -> str | None:
    if status.newest is None or status.age_us is None or status.age_us <= STALE_US + _PAUSE_US:
        return None
    return f"They were last trained at {iso(status.newest.trained_at)}, and no training has ended since."
