"""Segments over everybody: a rule before it is saved, members, usage, profile, exports."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import SegmentId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.openapi import described, path_parameter
from tessella.http.paging import USUAL, name_after, named_cursor
from tessella.http.routes.definitions import Cursor, Limit, named
from tessella.http.routes.jobs import accepted, inputs_of
from tessella.http.schemas.segment_audiences import ExportBody, PreviewBody, UsageShown
from tessella.http.serving import application_of
from tessella.http.shown.audiences import Viewer, members_shown, preview_shown, profile_shown
from tessella.ports import Session
from tessella.usecases.audiences.members import MemberCursor
from tessella.usecases.audiences.preview_rule import PreviewRequest

router = APIRouter(prefix="/api/v1/segments", tags=["audiences"])

_ONE: Final = {"parameters": [path_parameter("segment_id")]}
_BEGUN: Final = described(body="ExportBody", answer="JobRunShown", status=HTTPStatus.ACCEPTED)


@router.post("/preview", openapi_extra=described(body="PreviewBody", answer="PreviewShown"))
async def preview_rule(request: Request) -> Response:
    """Count whom a rule would hold, part by part, and what segments would lose to it, before it is saved.

    Counted over the last calculation of audiences, as of its moment.
    """
    async with opened(request, "segments.preview") as session:
        body = await read(request, PreviewBody, DEFINITION)
        segment_id = None if body.segment_id is None else SegmentId(body.segment_id)
        asked = PreviewRequest(body.expr, body.form, segment_id, body.priority, body.context)
        previewed = await usecases.preview_rule(session, application_of(request).audiences, asked)
        return answer(preview_shown(previewed, _viewer(request, session)))


@router.get("/{segment_id}/members", openapi_extra=described(answer="MembersShown") | _ONE)
async def list_members(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List who is in a segment, by id, as of the last calculation; `default` lists who is in none.

    A cursor holds until the next calculation. Whoever opts out is left out at once.
    """
    async with opened(request, "segments.members") as session:
        ended = name_after(cursor)
        after = None if ended is None else MemberCursor.read(ended)
        reader, segment_id = application_of(request).audiences, named(request, Kind.SEGMENT)
        page = await usecases.list_members(session, reader, segment_id, after=after, limit=limit)
    more = None if page.next_cursor is None else named_cursor(page.next_cursor.written())
    return answer(members_shown(page, more))


@router.get("/{segment_id}/usage", openapi_extra=described(answer="UsageShown") | _ONE)
async def segment_usage(request: Request) -> Response:
    """Say where a segment is used: its profile, segments and experiments that read it, webhooks limited to it."""
    async with opened(request, "segments.read") as session:
        used = await usecases.segment_usage(session, named(request, Kind.SEGMENT))
    return answer(
        UsageShown(
            used.segment_id, used.profile_id, used.active,
            [*used.readers.directly], [*used.readers.through_others], [*used.webhook_ids],
            [*used.experiment_ids],
        )
    )  # fmt: skip


@router.get("/{segment_id}/profile", openapi_extra=described(answer="ProfileShown") | _ONE)
async def profile_segment(request: Request) -> Response:
    """Say what sets a segment apart from everybody else, the largest differences first."""
    async with opened(request, "segments.profile") as session:
        reader = application_of(request).audiences
        profiled = await usecases.profile_segment(session, reader, named(request, Kind.SEGMENT))
        return answer(profile_shown(profiled, _viewer(request, session)))


@router.post("/{segment_id}/exports", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | _ONE)
async def export_members(request: Request) -> Response:
    """Write the members of a segment to a file of CSV or Parquet, apart from this request.

    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "segments.export") as session:
        body = await read(request, ExportBody, DEFINITION)
        inputs = {"segment_id": named(request, Kind.SEGMENT), **inputs_of(body)}
        with application_of(request).exports(session.caller.namespace) as files:
            return accepted(await usecases.ask_for_export(session, files, inputs))


def _viewer(request: Request, session: Session) -> Viewer:
    threshold = application_of(request).settings.disclosure_threshold
    return Viewer(session.caller.role, threshold, session.pseudonym)
