"""Recorded decisions: listed, shown, and decided again."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import SubjectId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.schemas.audit import (
    AuditAsked,
    AuditPage,
    AuditRowShown,
    DifferenceShown,
    ReplayBody,
    ReplayShown,
)
from tessella.ports import AuditQuery, AuditRow

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])

_ONE: Final = {"parameters": [path_parameter("decision_id")]}


@router.get("", openapi_extra=described(answer="AuditPage"))
async def list_audit(request: Request, asked: Annotated[AuditAsked, Query()]) -> Response:
    """List recorded decisions, newest first. They name subjects by pseudonyms."""
    query = AuditQuery(
        asked.subject_id, asked.user_hash, asked.segment_id, asked.decision_id,
        read_instant(asked.since, "/query/since"), read_instant(asked.until, "/query/until"), asked.limit, asked.cursor,
    )  # fmt: skip
    async with opened(request, "audit.read") as session:
        rows, next_cursor = await usecases.list_audit(session, query)
    return answer(AuditPage([_shown(row) for row in rows], next_cursor))


@router.get("/{decision_id}", openapi_extra=described(answer="AuditRowShown") | _ONE)
async def get_recorded(request: Request) -> Response:
    """Read one recorded decision."""
    async with opened(request, "audit.read") as session:
        return answer(_shown(await usecases.get_recorded(session, request.path_params["decision_id"])))


@router.post("/{decision_id}/replay", openapi_extra=described(body="ReplayBody", answer="ReplayShown") | _ONE)
async def replay_decision(request: Request) -> Response:
    """Decide a recorded decision again, from what was defined and known then, and compare. Nothing is recorded."""
    async with opened(request, "audit.read") as session:
        body = await read(request, ReplayBody, DECISION)
        subject_id = None if body.subject_id is None else SubjectId(body.subject_id)
        replayed = await usecases.replay_decision(session, request.path_params["decision_id"], subject_id)
    differing = [DifferenceShown(each.field, each.recorded, each.replayed) for each in replayed.differences]
    return answer(ReplayShown(replayed.decision_id, replayed.snapshot_version, replayed.equal, differing))


def _shown(row: AuditRow) -> AuditRowShown:
    return AuditRowShown(
        row.decision_id, row.user_hash, row.segment_id, row.profile_id, row.rule_id, row.snapshot_version,
        iso(row.at), iso(row.recorded_at), usecases.body_told(row), row.writer, row.sequence,
    )  # fmt: skip
