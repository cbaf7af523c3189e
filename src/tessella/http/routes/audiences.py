"""Audiences: calculated apart from the request; sizes of segments, overlaps, who entered and left."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import SegmentId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.openapi import described, path_parameter
from tessella.http.paging import USUAL, name_after, named_cursor
from tessella.http.routes.definitions import Cursor, Limit, named
from tessella.http.routes.jobs import accepted, inputs_of, optional, read_if_any
from tessella.http.schemas.audiences import CalculateBody, CalculationsShown, ChangesShown
from tessella.http.schemas.segment_audiences import ExportBody
from tessella.http.serving import application_of
from tessella.http.shown.counts import Shown, change_shown, staleness_shown
from tessella.ports import Session

router = APIRouter(prefix="/api/v1", tags=["audiences"])

_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)
_EXPORT: Final = described(body="ExportBody", answer="JobRunShown", status=HTTPStatus.ACCEPTED)
_VERSION: Final = {"parameters": [path_parameter("version")]}
_SEGMENT: Final = {"parameters": [path_parameter("segment_id")]}
#: Calculations of a trend.
MOST_TREND: Final = 365
Trend = Annotated[int, Query(ge=1, le=MOST_TREND, description="The last so many calculations.")]
Of = Annotated[list[str] | None, Query(description="Only these segments; once for each.")]


@router.post("/audiences", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | optional("CalculateBody"))
async def calculate_audiences(request: Request) -> Response:
    """Tell for everybody which segments hold them, apart from this request, and put the result to use.

    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "audiences.calculate") as session:
        body = await read_if_any(request, CalculateBody)
        as_of = None if body.as_of is None else read_instant(body.as_of, "/as_of")
        return accepted(await usecases.ask_for_audiences(session, as_of, body.kind))


@router.get("/audiences", openapi_extra=described(answer="CalculationsShown"))
async def list_calculations(request: Request, limit: Limit = USUAL) -> Response:
    """List the last calculations, the newest first, and whether the one in use is stale."""
    async with opened(request, "audiences.read") as session:
        found, stale = await usecases.list_calculations(session, limit)
        shown = shown_to(request, session)
    return answer(CalculationsShown([shown.calculation(each) for each in found], staleness_shown(stale)))


@router.post("/audiences/exports", status_code=HTTPStatus.ACCEPTED, openapi_extra=_EXPORT)
async def export_everybody(request: Request) -> Response:
    """Write everybody to a file of CSV or Parquet, apart from this request: a row a subject.

    Each with `segment_id`, the first match, and `segments`, all that hold the subject, as of the last calculation.
    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "segments.export") as session:
        inputs = inputs_of(await read(request, ExportBody, DEFINITION))
        with application_of(request).exports(session.caller.namespace) as files:
            return accepted(await usecases.ask_for_export(session, files, inputs))


@router.get("/audiences/{version}", openapi_extra=described(answer="CalculationShown") | _VERSION)
async def get_calculation(request: Request) -> Response:
    """Read one calculation: how it went, and what it found."""
    async with opened(request, "audiences.read") as session:
        found = await usecases.get_calculation(session, request.path_params["version"])
        return answer(shown_to(request, session).calculation(found))


@router.get("/segments/counts", openapi_extra=described(answer="SegmentCountsShown"))
async def segment_counts(request: Request, trend: Trend = 30) -> Response:
    """Say how many subjects each segment holds, and what earlier calculations counted."""
    async with opened(request, "audiences.read") as session:
        found = await usecases.segment_counts(session, trend=trend)
        return answer(shown_to(request, session).counts(found))


@router.get("/segments/overlap", openapi_extra=described(answer="OverlapShown"))
async def segment_overlap(request: Request, segment_id: Of = None) -> Response:
    """Say how far segments hold the same subjects, two by two."""
    async with opened(request, "audiences.read") as session:
        found = await usecases.segment_overlap(session, [SegmentId(each) for each in segment_id or ()])
        return answer(shown_to(request, session).overlap(found))


@router.get("/segments/{segment_id}/changes", openapi_extra=described(answer="ChangesShown") | _SEGMENT)
async def membership_changes(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List who entered and left a segment, the oldest first. Keep the cursor: later changes follow it."""
    async with opened(request, "audiences.changes") as session:
        found, after = await usecases.membership_changes(
            session, named(request, Kind.SEGMENT), limit=limit, cursor=name_after(cursor)
        )
    return answer(ChangesShown([change_shown(each) for each in found], named_cursor(after)))


def shown_to(request: Request, session: Session) -> Shown:
    """Counts as the caller is told of them."""
    return Shown(session.caller.role, application_of(request).settings.disclosure_threshold)
