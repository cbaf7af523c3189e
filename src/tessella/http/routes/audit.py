"""Recorded decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import DEFINITION_PATTERN, SubjectId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.schemas.audit import AuditPage, AuditRowShown
from tessella.ports import AuditRow
from tessella.usecases.list_audit import AuditQuery

router = APIRouter(prefix="/api/v1", tags=["audit"])

Subject = Annotated[str | None, Query(description="Only decisions for this subject.")]
Segment = Annotated[
    str | None,
    Query(description="Only decisions that chose this segment.", pattern=f"^{DEFINITION_PATTERN.pattern}$"),
]
Since = Annotated[str | None, Query(description="Only decisions recorded at this time or later, ISO 8601.")]


@router.get("/audit", openapi_extra=described(answer="AuditPage"))
async def list_audit(
    request: Request,
    subject_id: Subject = None,
    segment_id: Segment = None,
    since: Since = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List recorded decisions, newest first. They name subjects by pseudonyms."""
    subject = None if subject_id is None else SubjectId(subject_id)
    query = AuditQuery(subject, segment_id, read_instant(since, "/query/since"), limit, cursor)
    async with opened(request, "audit.read") as session:
        rows, next_cursor = await usecases.list_audit(session, query)
    return answer(AuditPage([_shown(row) for row in rows], next_cursor))


def _shown(row: AuditRow) -> AuditRowShown:
    return AuditRowShown(
        row.decision_id, row.user_hash, row.segment_id, row.profile_id, row.rule_id, row.snapshot_version,
        iso(row.at), iso(row.recorded_at), row.body,
    )  # fmt: skip
