"""What was decided: recorded, and found again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.decisions import Decision
from tessella.domain.identifiers import DecisionId, Instant, Pseudonym, SubjectId
from tessella.ports.records import AuditRow


class Recording(Protocol):
    """The audit."""

    def new_decision_id(self) -> DecisionId:
        """A fresh id, ordered by time (UUID version 7)."""
        ...

    def record(self, decision: Decision) -> None:
        """Hand the decision to the audit; never waits."""
        ...

    def pseudonym(self, subject_id: SubjectId) -> Pseudonym:
        """How the audit names the subject."""
        ...

    async def audit(
        self,
        *,
        user_hash: Pseudonym | None,
        segment_id: str | None,
        since: Instant | None,
        limit: int,
        cursor: str | None,
    ) -> tuple[Sequence[AuditRow], str | None]:
        """Recorded decisions, newest first, and the cursor of the next page."""
        ...
