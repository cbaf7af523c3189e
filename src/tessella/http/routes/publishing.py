"""Drafts, plans and publishes."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import ID_FIELD, Kind
from tessella.domain.errors import WrongShape
from tessella.domain.features.instants import read_instant
from tessella.http.answers import answer, no_content
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITIONS
from tessella.http.etags import etag, expected_version
from tessella.http.openapi import IF_MATCH, IF_MATCH_ONCE, described, path_parameter
from tessella.http.published import draft_shown, plan_shown, published_shown
from tessella.http.routes.definitions import named
from tessella.http.schemas.publishing import (
    ChangeBody,
    DraftsShown,
    ObjectName,
    OrderBody,
    OrderShown,
    PlanBody,
    PublishBody,
)
from tessella.ports import Change
from tessella.usecases.publish_changes import DraftNames

router = APIRouter(prefix="/api/v1", tags=["publishing"])

_ONE: Final = {"parameters": [path_parameter("identifier")]}


@router.get("/drafts", openapi_extra=described(answer="DraftsShown"))
async def list_drafts(request: Request) -> Response:
    """List all drafts."""
    async with opened(request, "drafts.read") as session:
        drafts = await usecases.list_drafts(session)
    return answer(DraftsShown([draft_shown(each) for each in drafts]))


@router.delete(
    "/drafts/{kind}/{identifier}", openapi_extra=described(status=204) | _ONE, status_code=HTTPStatus.NO_CONTENT
)
async def delete_draft(request: Request, kind: Kind) -> Response:
    """Take a draft away; what is in force stays."""
    async with opened(request, "drafts.write") as session:
        await usecases.delete_draft(session, kind, named(request, kind, "identifier"))
    return no_content()


@router.post("/plan", openapi_extra=described(body="PlanBody", answer="PlanShown"))
async def plan(request: Request) -> Response:
    """Say what changes or drafts would do: to each field, and to the subjects with stored facts.

    Changes at fault are answered with 200 and `valid: false`.
    """
    async with opened(request, "plan") as session:
        body = await read(request, PlanBody, DEFINITIONS)
        at = read_instant(body.at, "/at") or session.now()
        if _by_changes(body):
            return plan_shown(await usecases.plan_changes(session, _changes(body.changes), at=at))
        return plan_shown(await usecases.plan_drafts(session, _names(body.drafts), at=at))


@router.post("/publish", openapi_extra=described(body="PublishBody", answer="PublishedShown") | IF_MATCH_ONCE)
async def publish(request: Request) -> Response:
    """Put changes or drafts in force, all or none. With the ETag of a plan in If-Match only if it is not stale."""
    expected = expected_version(request)
    async with opened(request, "publish", published_shown) as session:
        body = await read(request, PublishBody, DEFINITIONS)
        if _by_changes(body):
            done = await usecases.publish_changes(
                session, _changes(body.changes), expected_snapshot=expected, comment=body.comment
            )
        else:
            done = await usecases.publish_drafts(
                session, _names(body.drafts), expected_snapshot=expected, comment=body.comment
            )
    return published_shown(done)


def _by_changes(body: PlanBody | PublishBody) -> bool:
    if body.changes is not None and body.drafts is not None:
        raise WrongShape("", "Send either changes or drafts.")
    return body.changes is not None


def _changes(bodies: Sequence[ChangeBody] | None) -> list[Change]:
    return [Change(each.kind, each.identifier, _body(each)) for each in bodies or ()]


def _body(change: ChangeBody) -> dict[str, object] | None:
    """As with PUT, an object need not repeat its name."""
    if change.body is None or change.kind not in ID_FIELD:
        return change.body
    return {ID_FIELD[change.kind]: change.identifier, **change.body}


def _names(names: Sequence[ObjectName] | None) -> DraftNames:
    return None if names is None else [(each.kind, each.identifier) for each in names]


@router.post("/segments/reorder", openapi_extra=described(body="OrderBody", answer="OrderShown") | IF_MATCH)
async def reorder_segments(request: Request) -> Response:
    """Give every segment a priority that has them tried in this order, in one publish.

    The last gets 10, the one before it 20, and so on. With If-Match only at that snapshot version.
    """
    expected = expected_version(request)
    async with opened(request, "segments.write") as session:
        body = await read(request, OrderBody, DEFINITIONS)
        done = await usecases.reorder_segments(session, body.order, expected_snapshot=expected)
    return answer(
        OrderShown(done.snapshot_version, done.priorities),
        HTTPStatus.OK,
        {"ETag": etag(done.snapshot_version)},
    )
