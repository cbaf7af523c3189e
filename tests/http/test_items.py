"""The catalogue over HTTP."""

import json
from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Role
from tests.http.conftest import MakeClient

pytestmark = pytest.mark.anyio

ITEMS = "/api/v1/items"
ABSENT = {
    "name": None, "brand": None, "category": None, "price": None, "tags": [], "regions": [], "properties": {},
    "available": True, "available_from": None, "available_until": None, "embedding": None,
}  # fmt: skip
COLA = {
    **ABSENT, "item_id": "cola", "name": "Cola 1.5 l", "brand": "acme", "price": 1.25, "tags": ["cold"],
    "properties": {"size": 1.5}, "available_from": "2026-01-01T00:00:00+00:00", "embedding": [0.5, -1.0],
}  # fmt: skip


def item(item_id: str = "tea", **fields: Any) -> dict[str, Any]:
    return {"item_id": item_id, **fields}


BAD: list[tuple[dict[str, Any], str, str]] = [
    (item(price=-1), "/price", ">= 0"),
    (item(price=float("nan")), "/price", "finite"),
    (item(price="1.25"), "/price", "a number"),
    (item("x" * 257), "/item_id", "length"),
    (item(""), "/item_id", "length"),
    (item(brand="x" * 129), "/brand", "length"),
    (item(name="a\0b"), "/name", "NUL"),
    (item(tags=["a", ""]), "/tags/1", "length"),
    (item(tags="cold"), "/tags", "a list"),
    (item(regions=["FI"] * 101), "/regions", "length"),
    (item(properties={"a": "\0"}), "/properties/a", "NUL"),
    (item(properties={"a": "x" * 16_385}), "/properties", "longer than"),
    (item(available="yes"), "/available", "true or false"),
    (item(available_from="soon"), "/available_from", "ISO 8601"),
    (item(available_from="2026-01-02", available_until="2026-01-02"), "/available_until", "later than"),
    (item(embedding=[]), "/embedding", "length"),
    (item(embedding=[1.0]), "/embedding", "those of this namespace have 2"),
    (item(embedding=[1.0, float("nan")]), "/embedding/1", "finite"),
    (item(embedding=[1.0, 1e39]), "/embedding/1", "fit 32 bits"),
    (item(embeding=[1.0, 2.0]), "/embeding", "embeding"),
    ({"name": "tea"}, "", "item_id"),
    (COLA, "/item_id", "named twice"),
]


@pytest.mark.parametrize(("bad", "at", "says"), BAD, ids=[f"{at}: {says}" for _, at, says in BAD])
async def test_a_wrong_item_is_named_and_costs_the_others_nothing(
    admin: httpx.AsyncClient, bad: dict[str, Any], at: str, says: str
) -> None:
    for body, base in (([COLA, bad, item("b")], ""), ({"items": [COLA, bad, item("b")]}, "/items")):
        answer = await admin.post(ITEMS, content=json.dumps(body))
        assert (answer.status_code, answer.json()["accepted"]) == (202, 2), answer.text
        (fault,) = answer.json()["rejected"]
        assert (fault["pointer"], says in fault["message"]) == (f"{base}/1{at}", True), fault


async def test_a_request_of_nothing_but_wrong_items_is_refused_with_all_of_them(admin: httpx.AsyncClient) -> None:
    answer = await admin.post(ITEMS, json=[item(price=-1), item("x", tags=[""])])
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/0/price", "/1/tags/0"]


@pytest.mark.parametrize("items", [[], [item(str(at)) for at in range(1001)]], ids=["none", "1001"])
async def test_a_request_carries_1_to_1000_items(admin: httpx.AsyncClient, items: list[Any]) -> None:
    assert (await admin.post(ITEMS, json={"items": items})).status_code == 422


async def test_the_first_embedding_of_a_request_says_how_many_numbers_the_others_have(admin: httpx.AsyncClient) -> None:
    sent = [item("a", embedding=[1]), item("b", embedding=[1, 2]), item("c", embedding=[2])]
    answer = (await admin.post(ITEMS, json=sent)).json()
    assert (answer["accepted"], [each["pointer"] for each in answer["rejected"]]) == (2, ["/1/embedding"])


async def test_only_who_administers_writes_and_a_service_reads(
    admin: httpx.AsyncClient, make_client: MakeClient
) -> None:
    await admin.post(ITEMS, json=[COLA])
    for role, reads in ((Role.SERVICE, 200), (Role.CLIENT, 403), (Role.READER, 403), (Role.MONITOR, 403)):
        client = await make_client(role)
        writes = [
            await client.post(ITEMS, json=[item()]),
            await client.put(f"{ITEMS}/cola", json={}),
            await client.delete(f"{ITEMS}/cola"),
        ]
        assert [each.status_code for each in writes] == [403, 403, 403]
        assert [(await client.get(path)).status_code for path in (ITEMS, f"{ITEMS}/cola")] == [reads, reads]


async def test_items_are_stored_and_those_that_did_not_change_are_told_apart(admin: httpx.AsyncClient) -> None:
    first = await admin.post(ITEMS, json={"items": [COLA, item("tea")]})
    again = await admin.post(ITEMS, json=[COLA, item("tea", price=2)])
    assert (first.status_code, first.json()) == (202, {"accepted": 2, "changed": 2, "rejected": []})
    assert again.json() == {"accepted": 2, "changed": 1, "rejected": []}
    assert (await admin.get(f"{ITEMS}/cola")).json() == COLA


async def test_one_item_is_put_whole_and_what_is_read_can_be_put_back(admin: httpx.AsyncClient) -> None:
    await admin.post(ITEMS, json=[COLA])
    put = await admin.put(f"{ITEMS}/cola", json={"name": "Cola"})
    assert (put.status_code, put.json()) == (200, {"accepted": 1, "changed": 1, "rejected": []})
    read = (await admin.get(f"{ITEMS}/cola")).json()
    assert read == {**ABSENT, "item_id": "cola", "name": "Cola"}
    assert (await admin.put(f"{ITEMS}/cola", json=read)).json()["changed"] == 0


@pytest.mark.parametrize(
    ("body", "at"),
    [({"price": -1}, "/price"), ({"item_id": "tea"}, "/item_id"), ({"tags": ["x" * 129]}, "/tags/0")],
    ids=["price", "another id", "long tag"],
)
async def test_a_wrong_item_that_is_put_is_refused_and_changes_nothing(
    admin: httpx.AsyncClient, body: dict[str, Any], at: str
) -> None:
    await admin.post(ITEMS, json=[COLA])
    answer = await admin.put(f"{ITEMS}/cola", json=body)
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [at])
    assert (await admin.get(f"{ITEMS}/cola")).json() == COLA


async def test_a_deleted_item_is_gone_and_so_is_one_that_never_was(admin: httpx.AsyncClient) -> None:
    await admin.post(ITEMS, json=[COLA])
    assert (await admin.delete(f"{ITEMS}/cola")).status_code == 204
    answers = [await admin.get(f"{ITEMS}/cola"), await admin.delete(f"{ITEMS}/cola"), await admin.get(f"{ITEMS}/x")]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert (await admin.get(ITEMS)).json() == {"items": [], "next_cursor": None}


async def test_items_are_listed_by_id_a_page_at_a_time(admin: httpx.AsyncClient) -> None:
    ids = ["a", "a/b", "b", "é", "🍎"]
    await admin.post(ITEMS, json=[item(each) for each in reversed(ids)])
    pages, cursor = [], ""
    while cursor is not None:
        page = (await admin.get(ITEMS, params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        pages.append([each["item_id"] for each in page["items"]])
        cursor = page["next_cursor"]
    assert pages == [["a", "a/b"], ["b", "é"], ["🍎"]]
    assert (await admin.get(ITEMS, params={"cursor": "!"})).status_code == 422
    assert (await admin.get(f"{ITEMS}/a%2Fb")).json()["item_id"] == "a/b"


async def test_items_are_read_by_their_names_as_many_as_there_are(admin: httpx.AsyncClient) -> None:
    await admin.post(ITEMS, json=[item(each) for each in ("a", "a/b", "c")])
    found = (await admin.get(ITEMS, params={"item_id": ["c", "a/b", "none", "x\0"]})).json()
    assert ([each["item_id"] for each in found["items"]], found["next_cursor"]) == (["a/b", "c"], None)
    assert (await admin.get(ITEMS, params={"item_id": ["a"] * 501})).status_code == 422


async def test_a_request_under_a_key_takes_effect_once(admin: httpx.AsyncClient) -> None:
    def keyed(key: str) -> dict[str, str]:
        return {"Idempotency-Key": key}

    first = await admin.post(ITEMS, json=[COLA, item(price=-1)], headers=keyed("p"))
    await admin.delete(f"{ITEMS}/cola", headers=keyed("d"))
    again = await admin.post(ITEMS, json=[COLA, item(price=-1)], headers=keyed("p"))
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert (await admin.get(f"{ITEMS}/cola")).status_code == 404
    await admin.put(f"{ITEMS}/cola", json={}, headers=keyed("u"))
    assert (await admin.delete(f"{ITEMS}/cola", headers=keyed("d"))).status_code == 204
    assert (await admin.get(f"{ITEMS}/cola")).status_code == 200
    assert (await admin.put(f"{ITEMS}/cola", json={"name": "x"}, headers=keyed("u"))).status_code == 409
