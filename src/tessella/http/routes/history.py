"""Publishes of the past, what distinguishes two, and the way back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.etags import expected_version
from tessella.http.openapi import IF_MATCH_ONCE, described
from tessella.http.paging import USUAL, number_after, page_below
from tessella.http.published import change_shown, published_shown
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.schemas.history import NEWEST, DiffShown, PublishPage, PublishShown, PublishWhole, RollbackBody
from tessella.http.schemas.publishing import VersionOf
from tessella.http.shown.times import time_text
from tessella.ports import Publish

Version = Annotated[int, Path(ge=0, le=NEWEST)]
From = Annotated[int, Query(alias="from", ge=0, le=NEWEST, description="The version to compare from.")]
To = Annotated[int, Query(alias="to", ge=0, le=NEWEST, description="The version to compare to.")]

router = APIRouter(prefix="/api/v1", tags=["publishing"])


@router.get("/versions", openapi_extra=described(answer="PublishPage"))
async def list_publishes(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List the publishes of the namespace, newest first. Each made one snapshot version."""
    async with opened(request, "versions.read") as session:
        found = await usecases.list_publishes(session, limit=limit + 1, below=number_after(cursor))
    page, next_cursor = page_below(found, limit, lambda each: each.snapshot_version)
    return answer(PublishPage([_shown(each) for each in page], next_cursor))


@router.get("/versions/{version}", openapi_extra=described(answer="PublishWhole"))
async def get_publish(request: Request, version: Version) -> Response:
    """Read the publish that made a snapshot version, and what it changed."""
    async with opened(request, "versions.read") as session:
        found, changes = await usecases.get_publish(session, version)
    objects = [VersionOf(each.kind, each.identifier, each.version) for each in changes]
    at = time_text(found.published_at) or ""
    return answer(PublishWhole(found.snapshot_version, at, found.published_by, found.comment, found.changes, objects))


@router.get("/diff", openapi_extra=described(answer="DiffShown"))
async def diff(request: Request, before: From, after: To) -> Response:
    """Compare what was defined at two snapshot versions, object by object and field by field."""
    async with opened(request, "versions.read") as session:
        changes = await usecases.diff_versions(session, before, after)
    return answer(DiffShown(before, after, [change_shown(each) for each in changes]))


@router.post("/rollback", openapi_extra=described(body="RollbackBody", answer="PublishedShown") | IF_MATCH_ONCE)
async def rollback(request: Request) -> Response:
    """Make everything that was defined at a snapshot version active again, in one publish.

    With If-Match only at that snapshot version.
    """
    expected = expected_version(request)
    async with opened(request, "rollback", published_shown) as session:
        body = await read(request, RollbackBody, DEFINITION)
        done = await usecases.rollback_namespace(
            session, body.version, expected_snapshot=expected, comment=body.comment
        )
    return published_shown(done)


def _shown(publish: Publish) -> PublishShown:
    at = time_text(publish.published_at) or ""
    return PublishShown(publish.snapshot_version, at, publish.published_by, publish.comment, publish.changes)
