"""How far clusters are, as it is written in JSON."""

from __future__ import annotations

from tessella.domain.experiments.clusters.model import NEEDED
from tessella.domain.experiments.clusters.nearest import cluster_key
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json
from tessella.ports.experiments import StoredClusters
from tessella.usecases.experiments.clusters.status import ClusteringStatus


def write_clustering(told: ClusteringStatus) -> dict[str, Json]:
    """The newest version, and the last run."""
    found = told.found
    return {
        "status": told.state,
        "trained_at": None if told.newest is None else iso(told.newest.trained_at),
        "stale": told.is_stale,
        "assignments": told.assignments,
        "needed": NEEDED,
        "clusters": [] if told.newest is None else _clusters(told.newest),
        "reason": found.get("reason", ""),
        "tried": found.get("tried", []),
        "job_id": None if told.run is None else told.run.run_id,
    }


def _clusters(stored: StoredClusters) -> list[Json]:
    return [
        {"segment_key": cluster_key(stored.version, each.n), "name": each.name, "units": each.units}
        for each in stored.clusters
    ]
