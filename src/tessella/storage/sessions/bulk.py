"""What comes and goes by the million."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence

from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.privacy.consent import Whose
from tessella.storage import bulk, facts
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class BulkPart(SessionBase):
    """`ports.session.Bulk` over COPY."""

    __slots__ = ()

    async def stream_subjects(self) -> AsyncIterator[tuple[SubjectId, Facts]]:
        async for subject_id, (typed,) in self.stream_subjects_as([self.snapshot().schema]):
            yield subject_id, typed

    async def stream_subjects_as(self, schemas: Sequence[Schema]) -> AsyncIterator[tuple[SubjectId, Sequence[Facts]]]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for each in facts.stream_subjects(connection, self.caller.namespace, schemas):
                yield each

    async def stream_events(
        self,
        columns: Sequence[str],
        *,
        until: Instant,
        since: Instant | None = None,
        whose: Whose = Whose.PERSONALIZED,
    ) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in bulk.stream_events(connection, self.caller.namespace, columns, until, since, whose):
                yield piece

    async def last_event(self, types: Sequence[str], *, since: Instant | None, before: Instant) -> Instant | None:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await bulk.last_event(connection, self.caller.namespace, types, since=since, before=before)

    async def stream_facts(self, features: Sequence[FeatureName], *, until: Instant) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in facts.stream_facts(connection, self.caller.namespace, features, until):
                yield piece

    async def add_events_csv(self, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            new = await bulk.add_events_csv(connection, self.caller.namespace, rows)
        self._loaded.distrust()
        return new

    async def add_facts_csv(self, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            changed = await bulk.add_facts_csv(connection, self.caller.namespace, rows)
        self._loaded.distrust()
        return changed

    async def replace_facts_csv(
        self, features: Sequence[FeatureName], as_of: Instant, rows: AsyncIterable[bytes]
    ) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            changed = await bulk.replace_facts_csv(connection, self.caller.namespace, features, as_of, rows)
        self._loaded.distrust()
        return changed
