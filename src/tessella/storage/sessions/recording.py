"""What was decided."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.decisions import Decision
from tessella.domain.identifiers import DecisionId, Instant, Pseudonym, SubjectId
from tessella.domain.privacy.pseudonyms import pseudonym
from tessella.ports import AuditRow
from tessella.storage import audit
from tessella.storage.decision_ids import new_decision_id
from tessella.storage.scope import scope_of, system
from tessella.storage.sessions.base import SessionBase


class RecordingPart(SessionBase):
    """`ports.session.Recording` over the writer and PostgreSQL."""

    __slots__ = ()

    def new_decision_id(self) -> DecisionId:
        return new_decision_id()

    def record(self, decision: Decision) -> None:
        namespace = self.caller.namespace
        row = audit.Recorded(namespace, decision, self.now(), self._parts.pseudonym_key)
        self._parts.writer.offer(system(namespace), audit.ADD_TO_AUDIT, row)

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym:
        return pseudonym(self.caller.namespace, subject_id, key=self._parts.pseudonym_key)

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
