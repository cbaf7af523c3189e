"""What was decided."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from tessella.domain.decisions import Decision
from tessella.domain.definitions import AuditMode
from tessella.domain.errors import TessellaError, Unavailable
from tessella.domain.identifiers import DecisionId, Pseudonym, SubjectId
from tessella.domain.privacy.audit_chain import AuditExtent
from tessella.domain.privacy.audit_check import AuditLink
from tessella.domain.privacy.pseudonyms import pseudonym
from tessella.ports import AuditQuery, AuditRow
from tessella.storage.audit import reading
from tessella.storage.audit.rows import Recorded
from tessella.storage.errors import AuditUnavailable
from tessella.storage.ids import new_id
from tessella.storage.scope import scope_of, system
from tessella.storage.sessions.base import SessionBase
from tessella.storage.writing.submissions import Outcome

#: About so much memory is held by a row that waits.
_ROW_BYTES: Final = 2000
#: And by each item that was recommended.
_ITEM_BYTES: Final = 100


class RecordingPart(SessionBase):
    """`ports.session.Recording` over the writer and PostgreSQL."""

    __slots__ = ()

    def new_decision_id(self) -> DecisionId:
        return DecisionId(new_id())

    async def record(self, decision: Decision) -> None:
        if self._is_required():
            await self._record_surely((decision,))
        else:
            self._offer(decision)

    async def record_all(self, decisions: Sequence[Decision]) -> None:
        if self._is_required():
            await self._record_surely(decisions)
        else:
            for decision in decisions:
                self._offer(decision)

    def _is_required(self) -> bool:
        return self.snapshot().definitions.defaults.audit is AuditMode.REQUIRED

    def _recorded(self, decision: Decision) -> Recorded:
        return Recorded(self.caller.namespace, decision, self.now(), self._parts.privacy.keys[0])

    def _offer(self, decision: Decision) -> None:
        parts = self._parts
        parts.writer.offer(system(self.caller.namespace), parts.audit.insert, self._recorded(decision))

    async def _record_surely(self, decisions: Sequence[Decision]) -> None:
        try:
            outcome = await self._written([self._recorded(each) for each in decisions])
        except Unavailable as error:
            raise AuditUnavailable(error.message.rstrip(".")) from error
        for each in outcome:
            if isinstance(each, TessellaError):
                raise AuditUnavailable(each.message.rstrip("."))

    async def _written(self, rows: Sequence[Recorded]) -> Outcome:
        self._parts.database.presence.refuse_while_away()
        scope, insert = system(self.caller.namespace), self._parts.audit.insert
        size = sum(_ROW_BYTES + _ITEM_BYTES * len(each.decision.items) for each in rows)
        return await self._parts.writer.write(scope, insert, rows, size=size)

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym:
        return pseudonym(self.caller.namespace, subject_id, key=self._parts.privacy.keys[0])

    def pseudonyms(self, subject_id: SubjectId) -> Sequence[Pseudonym]:
        return self._parts.privacy.pseudonyms(self.caller.namespace, subject_id)

    async def audit(self, query: AuditQuery) -> tuple[Sequence[AuditRow], str | None]:
        hashes: Sequence[Pseudonym] = [] if query.user_hash is None else [query.user_hash]
        if query.subject_id is not None:
            hashes = self.pseudonyms(query.subject_id)
        async with self._administering() as connection:
            return await reading.audit_page(connection, self.caller.namespace, query, hashes)

    async def audit_extent(self) -> AuditExtent:
        async with self._administering() as connection:
            return await reading.audit_extent(connection, self.caller.namespace)

    async def audit_links(self) -> AsyncIterator[AuditLink]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for link in reading.audit_links(connection, self.caller.namespace):
                yield link

    def audit_mac(self, message: bytes) -> bytes:
        return self._parts.audit.mac(message)
