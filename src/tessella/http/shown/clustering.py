"""How far clusters are, as it is shown."""

from __future__ import annotations

from tessella.domain.experiments.clusters.model import NEEDED
from tessella.domain.experiments.clusters.nearest import cluster_key
from tessella.domain.features.gate import iso
from tessella.http.schemas.clustering import ClusteringShown, ClusterNamed
from tessella.usecases.experiments.clusters.status import ClusteringStatus


def clustering_shown(told: ClusteringStatus) -> ClusteringShown:
    """The newest version, and the last run."""
    newest = told.newest
    return ClusteringShown(
        status=told.state,
        trained_at=None if newest is None else iso(newest.trained_at),
        stale=told.is_stale,
        assignments=told.assignments,
        needed=NEEDED,
        clusters=[]
        if newest is None
        else [ClusterNamed(cluster_key(newest.version, each.n), each.name, each.units) for each in newest.clusters],
        job_id=None if told.run is None else told.run.run_id,
    )
