"""Whether models still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.predictions.monitoring.records import Outcomes
from tessella.ports.monitoring import Batch, JudgedBatch, StoredDrift
from tessella.storage.facts import facts_as_of
from tessella.storage.monitoring import batches, drifts
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class MonitoringPart(SessionBase):
    """`ports.session.Monitoring` over PostgreSQL."""

    __slots__ = ()

    async def facts_as_of(self, features: Sequence[FeatureName]) -> Instant | None:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await facts_as_of(connection, self.caller.namespace, features)

    async def add_drift(self, found: StoredDrift) -> None:
        async with self._administering() as connection:
            await drifts.add(connection, self.caller.namespace, found)

    async def drifts(self, model_id: str, version: int, limit: int) -> Sequence[StoredDrift]:
        async with self._administering() as connection:
            return await drifts.last(connection, self.caller.namespace, model_id, version, limit)

    async def keep_batch(self, batch: Batch, told: Mapping[SubjectId, float]) -> None:
        async with self._administering() as connection:
            await batches.keep(connection, self.caller.namespace, batch, told)

    async def open_batches(self, model_id: str) -> Sequence[Batch]:
        async with self._administering() as connection:
            return await batches.not_judged(connection, self.caller.namespace, model_id)

    async def kept_predictions(self, batch: Batch) -> Mapping[SubjectId, float]:
        async with self._administering() as connection:
            return await batches.kept(connection, self.caller.namespace, batch)

    async def judge_batch(self, batch: Batch, outcomes: Outcomes) -> None:
        async with self._administering() as connection:
            await batches.judge(connection, self.caller.namespace, batch, outcomes)

    async def judged_batches(self, model_id: str, version: int, limit: int) -> Sequence[JudgedBatch]:
        async with self._administering() as connection:
            return await batches.judged(connection, self.caller.namespace, model_id, version, limit)
