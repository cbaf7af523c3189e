"""What was counted of an experiment, and what was learned from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.tally import PublishedPolicy, Tally
from tessella.domain.identifiers import ExperimentId, Instant
from tessella.domain.privacy.consent import Whose
from tessella.ports.experiments import Refreshed, RewardedUnit, StoredReport
from tessella.storage.experiments.counted import reading, tally
from tessella.storage.experiments.learned import policies, refreshes
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class LearningPart(SessionBase):
    """`ports.session.Learning` over PostgreSQL."""

    __slots__ = ()

    async def tally(self, experiment_id: ExperimentId, dimension: str = SEGMENT) -> Tally:
        async with self._administering() as connection:
            return await tally.tally(connection, self.caller.namespace, experiment_id, dimension)

    async def policies(self, experiment_id: ExperimentId) -> Sequence[PublishedPolicy]:
        async with self._administering() as connection:
            return await policies.published(connection, self.caller.namespace, experiment_id, self._parts.vault)

    @asynccontextmanager
    async def refreshing(self, experiment_id: ExperimentId) -> AsyncIterator[bool]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            yield await refreshes.take_turn(connection, self.caller.namespace, experiment_id)

    async def store_refresh(self, experiment_id: ExperimentId, refreshed: Refreshed) -> None:
        namespace = self.caller.namespace
        async with self._administering() as connection:
            await refreshes.store(connection, namespace, experiment_id, refreshed, self._parts.vault)
        await self._parts.experiments.following.follow(namespace, self._loaded.experiments)

    async def report(self, experiment_id: ExperimentId) -> StoredReport | None:
        async with self._administering() as connection:
            return await refreshes.report_of(connection, self.caller.namespace, experiment_id)

    async def reports(self) -> Sequence[StoredReport]:
        async with self._administering() as connection:
            return await refreshes.reports(connection, self.caller.namespace)

    async def merge_mature(self, experiment_id: ExperimentId, before: Instant) -> None:
        async with self._administering() as connection:
            await tally.merge_mature(connection, self.caller.namespace, experiment_id, before)

    async def rewarded_units(
        self, experiment_id: ExperimentId, metric: str, after: str = "", whose: Whose = Whose.PERSONALIZED
    ) -> AsyncIterator[RewardedUnit]:
        namespace = self.caller.namespace
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for each in reading.rewarded_units(connection, namespace, experiment_id, metric, after, whose):
                yield each
