"""A caller's view of a namespace: `ports.Session` over PostgreSQL and this process's memory."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.access import MATRIX, Extent
from tessella.domain.decisions import Decision
from tessella.domain.definitions import Definitions, Kind
from tessella.domain.errors import NotYours
from tessella.domain.features.event import Event
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import DecisionId, FeatureName, Instant, Pseudonym, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.privacy.pseudonyms import pseudonym
from tessella.domain.snapshot import Snapshot
from tessella.ports import AuditRow, Caller, Change, Known, StoredDefinition, StoredFact
from tessella.ports.clock import present
from tessella.storage import audit, bulk, consents, definitions, facts
from tessella.storage.database import Database
from tessella.storage.decision_ids import new_decision_id
from tessella.storage.events import add_events
from tessella.storage.reader import SubjectReader
from tessella.storage.scope import scope_of, system
from tessella.storage.snapshots import LoadedNamespace, Snapshots
from tessella.storage.writer import Writer

#: Whose facts a role may read.
_REACH: Final = {role: MATRIX.tables["subject_facts"].reach("select", role) for role in Role}


@dataclass(frozen=True, slots=True)
class Parts:
    """What all sessions of a process share."""

    database: Database
    snapshots: Snapshots
    reader: SubjectReader
    writer: Writer
    pseudonym_key: bytes


class StoredSession:
    """One caller's view of one namespace, from the snapshot that was current when it was opened."""

    __slots__ = ("_loaded", "_parts", "_reach", "_snapshot", "caller")

    def __init__(self, caller: Caller, parts: Parts, loaded: LoadedNamespace) -> None:
        self.caller = caller
        self._parts = parts
        self._loaded = loaded
        self._snapshot = loaded.snapshot
        self._reach = _REACH[caller.role]

    def now(self) -> Instant:
        return present()

    def snapshot(self) -> Snapshot:
        return self._snapshot or self._loaded.current()

    def new_decision_id(self) -> DecisionId:
        return new_decision_id()

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym:
        return pseudonym(self.caller.namespace, subject_id, key=self._parts.pseudonym_key)

    def record(self, decision: Decision) -> None:
        namespace = self.caller.namespace
        row = audit.Recorded(namespace, decision, self.now(), self._parts.pseudonym_key)
        self._parts.writer.offer(system(namespace), audit.ADD_TO_AUDIT, row)

    async def known(self, subject_id: SubjectId) -> Known:
        self._refuse_another(subject_id)
        return await self._parts.reader.get(self._loaded, subject_id)

    async def known_of(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, Known]:
        for subject_id in subject_ids:
            self._refuse_another(subject_id)
        return dict(zip(subject_ids, await self._parts.reader.get_many(self._loaded, subject_ids), strict=True))

    def _refuse_another(self, subject_id: SubjectId) -> None:
        """What row security says too. Memory is outside of it, and a refusal tells more than a missing row."""
        if self._reach is Extent.ANY:
            return
        if self._reach is Extent.NONE or subject_id != self.caller.subject_id:
            raise NotYours(subject_id)

    async def definitions(self) -> Definitions:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await definitions.stored_definitions(connection, self.caller.namespace)

    async def stored(self, kind: Kind) -> Sequence[StoredDefinition]:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await definitions.stored_of_kind(connection, self.caller.namespace, kind)

    async def stored_one(self, kind: Kind, identifier: str) -> StoredDefinition | None:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await definitions.stored_one(connection, self.caller.namespace, kind, identifier)

    async def publish(
        self, changes: Sequence[Change], *, check: Callable[[Definitions], None]
    ) -> Sequence[StoredDefinition]:
        caller = self.caller
        async with self._parts.database.transaction(scope_of(caller)) as connection:
            stored = await definitions.publish(connection, caller.namespace, changes, check, by=caller.role)
        await self._parts.snapshots.refresh(self._loaded)
        self._snapshot = self._loaded.snapshot
        return stored

    async def add_events(self, events: Sequence[Event]) -> int:
        return await add_events(self._parts.writer, scope_of(self.caller), events)

    async def add_facts(self, stored: Sequence[StoredFact]) -> int:
        changed = await self._parts.writer.write(scope_of(self.caller), facts.ADD_FACTS, stored)
        self._parts.reader.subjects.forget(self._loaded, {fact.subject_id for fact in stored})
        return len(changed)

    async def set_consent(self, subject_id: SubjectId, consent: Consent) -> None:
        self._refuse_another(subject_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            await consents.set_consent(connection, self.caller.namespace, subject_id, consent)
        self._parts.reader.subjects.forget(self._loaded, [subject_id])

    async def stored_facts(self, subject_id: SubjectId) -> Sequence[StoredFact]:
        self._refuse_another(subject_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await facts.stored_facts(connection, self.caller.namespace, subject_id)

    async def audit(
        self,
        *,
        user_hash: Pseudonym | None,
        segment_id: str | None,
        since: Instant | None,
        limit: int,
        cursor: str | None,
    ) -> tuple[Sequence[AuditRow], str | None]:
        page = audit.Page(user_hash, segment_id, since, limit, cursor)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await audit.audit_page(connection, self.caller.namespace, page)

    async def stream_subjects(self) -> AsyncIterator[tuple[SubjectId, Facts]]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for each in facts.stream_subjects(connection, self.caller.namespace, self.snapshot().schema):
                yield each

    async def stream_events(self, columns: Sequence[str], *, until: Instant) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in bulk.stream_events(connection, self.caller.namespace, columns, until):
                yield piece

    async def add_events_csv(self, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await bulk.add_events_csv(connection, self.caller.namespace, rows)

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
