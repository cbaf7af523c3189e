"""List the audit: which decisions were recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from tessella.domain.errors import NoSuch, WrongShape
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import DECISION_PATTERN, DecisionId, Instant, Json
from tessella.ports import AuditQuery, AuditRow, Session


async def list_audit(session: Session, query: AuditQuery) -> tuple[Sequence[AuditRow], str | None]:
    """One page of decisions, newest first, and the cursor of the next page. Subjects are found by their pseudonym."""
    if query.subject_id is not None and query.user_hash is not None:
        raise WrongShape("/user_hash", "A subject is named twice.", "Send subject_id or user_hash.")
    if query.decision_id is not None and not DECISION_PATTERN.fullmatch(query.decision_id):
        raise WrongShape("/decision_id", "This is no id of a decision.")
    return await session.audit(query)


async def get_recorded(session: Session, decision_id: str) -> AuditRow:
    """One recorded decision. Raises `NoSuch`."""
    if not DECISION_PATTERN.fullmatch(decision_id):
        raise NoSuch("decision", decision_id)
    rows, _ = await session.audit(AuditQuery(decision_id=DecisionId(decision_id)))
    if not rows:
        raise NoSuch("decision", decision_id)
    return rows[0]


def body_told(row: AuditRow) -> Mapping[str, Json]:
    """The body of a row as people and programs read it: its time is ISO 8601. The stored one is what was hashed."""
    return {**row.body, "facts_as_of": write_instant(cast(Instant | None, row.body.get("facts_as_of")))}
