"""Who is in which segment, over everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

from tessella.domain.audiences.tally import Tally
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import Instant, SegmentId, SubjectId
from tessella.ports.audiences import (
    ActiveAudience,
    Calculation,
    MembershipChange,
    SegmentCount,
    StoredCalculation,
)
from tessella.storage.audiences import calculations, changes, counts, everybody
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class AudiencesPart(SessionBase):
    """`ports.session.Audiences` over files and PostgreSQL."""

    __slots__ = ()

    async def audience(self) -> ActiveAudience | None:
        return await self._parts.audiences.active(scope_of(self.caller))

    async def audience_tally(self, active: ActiveAudience) -> Tally:
        return await self._parts.audiences.tally(scope_of(self.caller), active)

    async def calculations(self, limit: int) -> Sequence[StoredCalculation]:
        async with self._administering() as connection:
            return await calculations.last(connection, self.caller.namespace, limit)

    async def calculation(self, version: str) -> StoredCalculation:
        async with self._administering() as connection:
            return await calculations.one(connection, self.caller.namespace, version)

    def calculating(self, as_of: Instant) -> AbstractAsyncContextManager[Calculation]:
        return self._parts.audiences.calculating(scope_of(self.caller), as_of)

    async def segment_counts(self, version: str) -> Sequence[SegmentCount]:
        async with self._administering() as connection:
            return await counts.of_one(connection, self.caller.namespace, version)

    async def count_trend(self, segment_id: SegmentId | None, *, limit: int) -> Sequence[SegmentCount]:
        async with self._administering() as connection:
            return await counts.trend(connection, self.caller.namespace, segment_id, limit)

    async def membership_changes(
        self, segment_id: SegmentId, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[MembershipChange], str]:
        async with self._administering() as connection:
            return await changes.page(connection, self.caller.namespace, segment_id, limit, cursor)

    async def stream_fact_rows(
        self, features: Sequence[Feature], since: str | None = None, of: Sequence[SubjectId] | None = None
    ) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in everybody.stream_fact_rows(connection, self.caller.namespace, features, since, of):
                yield piece

    async def stream_changed_subjects(self, since: str) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in everybody.stream_changed_subjects(connection, self.caller.namespace, since):
                yield piece

    async def somebody_has_opted_in(self, since: str) -> bool:
        async with self._administering() as connection:
            return await everybody.somebody_has_opted_in(connection, self.caller.namespace, since)

    async def stream_opted_out(self) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in everybody.stream_opted_out(connection, self.caller.namespace):
                yield piece
