"""The ranking index: built apart from the request, and what is told of its versions."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.jobs import accepted, optional, read_if_any
from tessella.http.schemas.indexes import IndexBody, IndexCountsShown, IndexesShown, IndexShown
from tessella.http.shown.times import time_text
from tessella.ports.indexes import IndexCounts, StoredIndex

router = APIRouter(prefix="/api/v1/ranking/indexes", tags=["ranking"])

_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)
_ONE: Final = {"parameters": [path_parameter("version")]}


@router.post("", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | optional("IndexBody"))
async def build_index(request: Request) -> Response:
    """Build the ranking index from the stored items and events, apart from this request, and serve it then.

    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "indexes.build") as session:
        body = await read_if_any(request, IndexBody)
        as_of = None if body.as_of is None else read_instant(body.as_of, "/as_of")
        return accepted(await usecases.ask_for_index(session, as_of))


@router.get("", openapi_extra=described(answer="IndexesShown"))
async def list_indexes(request: Request) -> Response:
    """List the versions of the ranking index that are kept, the newest first."""
    async with opened(request, "indexes.read") as session:
        return answer(IndexesShown([_shown(each) for each in await session.indexes()]))


@router.get("/{version}", openapi_extra=described(answer="IndexShown") | _ONE)
async def get_index(request: Request) -> Response:
    """Read one version of the ranking index: what it was built from, and whether it is served."""
    async with opened(request, "indexes.read") as session:
        return answer(_shown(await session.stored_index(request.path_params["version"])))


def _shown(stored: StoredIndex) -> IndexShown:
    return IndexShown(
        stored.version, stored.state, iso(stored.as_of), iso(stored.begun_at), time_text(stored.published_at),
        _counts(stored.counts), stored.bytes, stored.settings,
    )  # fmt: skip


def _counts(counts: IndexCounts | None) -> IndexCountsShown | None:
    return None if counts is None else IndexCountsShown(**msgspec.to_builtins(counts))
