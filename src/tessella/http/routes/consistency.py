"""Consistency: a sample of subjects decided online and set-wise, and where these do not agree."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.routes.jobs import accepted, inputs_of, optional, read_if_any
from tessella.http.schemas.consistency import CheckBody, ChecksShown
from tessella.http.shown.consistency import check_shown

router = APIRouter(prefix="/api/v1/audiences/consistency", tags=["audiences"])

_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)
Most = Annotated[int, Query(ge=1, le=100, description="So many reports at most.")]


@router.post("", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | optional("CheckBody"))
async def check_consistency(request: Request) -> Response:
    """Decide a sample of subjects online and set-wise, apart from this request, and keep a report.

    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "audiences.check") as session:
        return accepted(await usecases.ask_for_check(session, inputs_of(await read_if_any(request, CheckBody))))


@router.get("", openapi_extra=described(answer="ChecksShown"))
async def list_checks(request: Request, limit: Most = 10) -> Response:
    """List the last checks with their reports, the newest first. Subjects are told by pseudonyms."""
    async with opened(request, "audiences.check") as session:
        found = await usecases.list_checks(session, limit)
    return answer(ChecksShown([check_shown(each) for each in found]))
