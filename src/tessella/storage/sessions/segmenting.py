"""Traffic, segments and clusters of an experiment."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.identifiers import ExperimentId
from tessella.ports.experiments import SegmentFigures, StoredClusters
from tessella.storage.experiments.counted import traffic
from tessella.storage.experiments.learned import clusters, refreshes
from tessella.storage.sessions.base import SessionBase


class SegmentingPart(SessionBase):
    """`ports.session.Segmenting` over PostgreSQL."""

    __slots__ = ()

    async def traffic(self, experiment_id: ExperimentId) -> int:
        async with self._administering() as connection:
            return await traffic.last_day(connection, self.caller.namespace, experiment_id)

    async def assigned_so_far(self, experiment_id: ExperimentId) -> int:
        async with self._administering() as connection:
            return await traffic.so_far(connection, self.caller.namespace, experiment_id)

    async def segment_figures(self, experiment_id: ExperimentId) -> Sequence[SegmentFigures]:
        async with self._administering() as connection:
            return await refreshes.segment_figures(connection, self.caller.namespace, experiment_id)

    async def clustering(self, experiment_id: ExperimentId) -> StoredClusters | None:
        async with self._administering() as connection:
            return await clusters.newest(connection, self.caller.namespace, experiment_id)

    async def store_clusters(self, found: StoredClusters) -> None:
        namespace = self.caller.namespace
        async with self._administering() as connection:
            await clusters.store(connection, namespace, found, self._parts.vault)
        await self._parts.experiments.following.follow(namespace, self._loaded.experiments)
