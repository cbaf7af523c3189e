"""What was decided: recorded, found again, and checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from tessella.domain.decisions import Decision
from tessella.domain.identifiers import DecisionId, Pseudonym, SubjectId
from tessella.domain.privacy.audit_chain import AuditExtent
from tessella.domain.privacy.audit_check import AuditLink
from tessella.ports.audit import AuditQuery, AuditRow


class Recording(Protocol):
    """The audit."""

    def new_decision_id(self) -> DecisionId:
        """A fresh id, ordered by time (UUID version 7)."""
        ...

    async def record(self, decision: Decision) -> None:
        """Hand the decision to the audit. Does not suspend, unless the namespace requires that it is recorded.

        Raises `AuditUnavailable` when it requires that and it cannot be done: the decision is not to be given then.
        """
        ...

    async def record_all(self, decisions: Sequence[Decision]) -> None:
        """The same for many: all of them or, where they are required, none."""
        ...

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym:
        """How the audit names the subject."""
        ...

    def pseudonyms(self, subject_id: SubjectId) -> Sequence[Pseudonym]:
        """The same, and how it has named them before, under a key that was replaced."""
        ...

    async def audit(self, query: AuditQuery) -> tuple[Sequence[AuditRow], str | None]:
        """Recorded decisions, newest first, and the cursor of the next page; None at the end."""
        ...

    async def audit_extent(self) -> AuditExtent:
        """How far each writer came, and how many rows have no writer."""
        ...

    def audit_links(self) -> AsyncIterator[AuditLink]:
        """Every chained row, writer by writer, in the order of its chain."""
        ...

    def audit_mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 under the key of the audit."""
        ...
