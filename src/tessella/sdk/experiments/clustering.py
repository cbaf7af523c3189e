"""Clusters of contexts, which are an experiment's segments in the mode `auto`."""

from __future__ import annotations

from typing import Any

from tessella import usecases
from tessella.domain.identifiers import ExperimentId
from tessella.sdk.open import Tessella
from tessella.usecases.experiments.clusters.written import write_clustering


class ClusteringService:
    """Source: requirement B, "Core Services"."""

    def __init__(self, tessella: Tessella) -> None:
        self._tessella = tessella

    async def train(self, experiment_id: str) -> dict[str, Any]:
        """Find clusters in this process, now, and sort new units into them: `{version, state, clusters, ...}`.

        A server has a worker do so. Raises `NoSuch`, and `TooFewAssignments` below 1,000.
        """
        from tessella.usecases.experiments.clusters.train import train_clusters  # loads numpy and SciPy

        async with self._tessella.session() as session:
            trained: Any = (await train_clusters(session, ExperimentId(experiment_id))).written()
        return dict(trained)

    async def status(self, experiment_id: str) -> dict[str, Any]:
        """How far they are, as `GET .../clustering/status` tells it. Raises `NoSuch`."""
        async with self._tessella.session() as session:
            told = await usecases.clustering_status(session, ExperimentId(experiment_id))
        return write_clustering(told)
