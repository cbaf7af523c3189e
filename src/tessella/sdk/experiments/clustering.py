"""Clusters of contexts, which are an experiment's segments in the mode `auto`."""

from __future__ import annotations

from typing import Any

from tessella import usecases
from tessella.domain.experiments.clusters.model import NEEDED
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import ExperimentId
from tessella.sdk.open import Tessella
from tessella.usecases.experiments.clusters.train import train_clusters


class ClusteringService:
    """Source: requirement B, "Core Services"."""

    def __init__(self, tessella: Tessella) -> None:
        self._tessella = tessella

    async def train(self, experiment_id: str) -> dict[str, Any]:
        """Find clusters in this process, now, and sort new units into them: `{version, state, clusters, ...}`.

        A server has a worker do so. Raises `NoSuch`, and `TooFewAssignments` below 1,000.
        """
        async with self._tessella.session() as session:
            return dict((await train_clusters(session, ExperimentId(experiment_id))).written())

    async def status(self, experiment_id: str) -> dict[str, Any]:
        """How far they are: `{status, trained_at, stale, assignments, needed, clusters}`. Raises `NoSuch`."""
        async with self._tessella.session() as session:
            told = await usecases.clustering_status(session, ExperimentId(experiment_id))
        return {
            "status": told.state.value,
            "trained_at": write_instant(None if told.newest is None else told.newest.trained_at),
            "stale": told.is_stale,
            "assignments": told.assignments,
            "needed": NEEDED,
            "clusters": [{"name": each.name, "units": each.units} for each in told.clusters],
        }
