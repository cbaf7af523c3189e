"""List the audit: which decisions were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.identifiers import Instant, SubjectId
from tessella.ports import AuditRow, Session


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which decisions; None: all."""

    subject_id: SubjectId | None = None
    segment_id: str | None = None
    since: Instant | None = None
    limit: int = 100
    cursor: str | None = None


async def list_audit(session: Session, query: AuditQuery) -> tuple[Sequence[AuditRow], str | None]:
    """One page of decisions, newest first, and the cursor of the next page. Subjects are found by their pseudonym."""
    user_hash = None if query.subject_id is None else session.pseudonym(query.subject_id)
    return await session.audit(
        user_hash=user_hash,
        segment_id=query.segment_id,
        since=query.since,
        limit=query.limit,
        cursor=query.cursor,
    )
