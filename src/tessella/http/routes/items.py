"""The catalogue: the items that a ranking puts in order."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.errors import WrongShape
from tessella.domain.features.instants import read_instant, write_instant
from tessella.domain.identifiers import Pointer, point
from tessella.domain.ranking.catalogue.item import Item
from tessella.http.answers import answer, no_content
from tessella.http.auth import opened
from tessella.http.bodies import content, decode
from tessella.http.caps import BATCH, INGEST
from tessella.http.openapi import described, idempotency_key, path_parameter
from tessella.http.paging import USUAL, name_after, page_by_name
from tessella.http.problems import answer_problem, fault_of
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.rows import RowKind, converted, decode_rows
from tessella.http.schemas.items import ItemBody, ItemFields, ItemPage, Items, ItemsAccepted, ItemsBody, ItemWritten
from tessella.ports import ItemsPut
from tessella.usecases.rejected import refusal

router = APIRouter(prefix="/api/v1/items", tags=["items"])

_ROWS: Final = RowKind(ItemBody, "items", ItemsBody | Items, may_stand_alone=True)
_ONE: Final = {"parameters": [path_parameter("item_id")]}
_ONCE: Final = {"parameters": [idempotency_key()]}
_ONE_ONCE: Final = {"parameters": [path_parameter("item_id"), idempotency_key()]}
_ACCEPTED: Final = HTTPStatus.ACCEPTED
#: The most items that are asked for by name at once.
MOST_NAMED: Final = 500
Named = Annotated[
    list[str] | None,
    Query(max_length=MOST_NAMED, description="Only these, as many as there are; once for each."),
]


@router.post(
    "", status_code=_ACCEPTED, openapi_extra=described(body="ItemsBody", answer="ItemsAccepted", status=202) | _ONCE
)
async def put_items(request: Request) -> Response:
    """Store 1 to 1000 items, each in place of the one of its id.

    The body may also be the list of items itself. Those that are wrong are listed under `rejected` and cost the others
    nothing; the request is refused when all are. Items that are not named stay as they are. An item that is no longer
    available, or not yet, is gone from recommendations within a second; a new one comes with the next index.
    """
    async with opened(request, "items.write", _answer) as session:
        raw = await content(request, BATCH.bytes)
        at, items, refused = converted(decode_rows(raw, _ROWS, BATCH), _row)
        return _answer(await usecases.put_items(session, items, at=at, refused=refused))


@router.get("", openapi_extra=described(answer="ItemPage"))
async def list_items(request: Request, cursor: Cursor = None, limit: Limit = USUAL, item_id: Named = None) -> Response:
    """List the items in the order of their ids, a page at a time; or up to 500 that are named."""
    async with opened(request, "items.read") as session:
        if item_id:
            return answer(ItemPage([_shown(each) for each in await usecases.named_items(session, item_id)], None))
        found = await usecases.list_items(session, limit=limit + 1, after=name_after(cursor))
    page, next_cursor = page_by_name(found, limit, lambda item: item.item_id)
    return answer(ItemPage([_shown(item) for item in page], next_cursor))


@router.get("/{item_id:path}", openapi_extra=described(answer="ItemBody") | _ONE)
async def get_item(request: Request) -> Response:
    """Read one item."""
    async with opened(request, "items.read") as session:
        return answer(_shown(await usecases.get_item(session, request.path_params["item_id"])))


@router.put("/{item_id:path}", openapi_extra=described(body="ItemWritten", answer="ItemsAccepted") | _ONE_ONCE)
async def put_item(request: Request) -> Response:
    """Store one item whole, in place of the one of its id if there is one."""
    async with opened(request, "items.write", _answer_one) as session:
        body = decode(await content(request, INGEST.bytes), ItemWritten, INGEST.depth)
        item = _item(_named(body, request.path_params["item_id"]), body, "")
        return _answer_one(await usecases.put_items(session, [item], at=[""]))


@router.delete("/{item_id:path}", status_code=HTTPStatus.NO_CONTENT, openapi_extra=described(status=204) | _ONE_ONCE)
async def delete_item(request: Request) -> Response:
    """Take one item away: it is gone from recommendations within a second."""
    async with opened(request, "items.write", lambda _: no_content()) as session:
        await usecases.delete_item(session, request.path_params["item_id"])
    return no_content()


def _answer(put: ItemsPut, status: HTTPStatus = _ACCEPTED) -> Response:
    """Also for a request of which nothing was stored."""
    if (error := refusal(put.accepted, put.rejected)) is not None:
        return answer_problem(error)
    return answer(ItemsAccepted(put.accepted, put.changed, [fault_of(each) for each in put.rejected]), status)


def _answer_one(put: ItemsPut) -> Response:
    return _answer(put, HTTPStatus.OK)


def _row(body: ItemBody, at: Pointer) -> Item:
    return _item(body.item_id, body, at)


def _item(item_id: str, body: ItemFields, at: Pointer) -> Item:
    return Item(
        item_id, body.name, body.brand, body.category, body.price, tuple(body.tags), tuple(body.regions),
        body.properties, body.available, read_instant(body.available_from, point(at, "available_from")),
        read_instant(body.available_until, point(at, "available_until")),
        None if body.embedding is None else tuple(body.embedding),
    )  # fmt: skip


def _named(body: ItemWritten, item_id: str) -> str:
    if body.item_id not in (None, item_id):
        raise WrongShape("/item_id", f'The body names the item "{body.item_id}", and the path "{item_id}".')
    return item_id


def _shown(item: Item) -> ItemBody:
    return ItemBody(
        item_id=item.item_id, name=item.name, brand=item.brand, category=item.category, price=item.price,
        tags=[*item.tags], regions=[*item.regions], properties=dict(item.properties), available=item.available,
        available_from=write_instant(item.available_from), available_until=write_instant(item.available_until),
        embedding=None if item.embedding is None else [*item.embedding],
    )  # fmt: skip
