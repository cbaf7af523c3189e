"""The lists of several profiles over HTTP."""

from typing import Any

import httpx
import pytest

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Namespace, Role
from tessella.storage.store import Storage
from tests.database import session_of
from tests.domain.ranking.catalogues import NOW
from tests.http.conftest import MakeClient
from tests.http.definitions import created
from tests.rankings import bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

URL = "/api/v1/recommend/compare"
ANN = {"subject_id": "ann", "at": iso(NOW), "limit": 2}


@pytest.fixture
async def shop(storage: Storage, namespace: Namespace, admin: httpx.AsyncClient) -> str:
    """The version of the index of a small shop with two profiles, of which Ann has bought tea."""
    session = await session_of(storage, namespace)
    version = await publish_index(session, shop_index())
    await session.add_events(bought("ann", "tea"))
    await created(admin, "profiles", {"profile_id": "popular", "alpha": 1.0, "beta": 0.0, "profile_boost": 0.0})
    await created(admin, "profiles", {"profile_id": "company", "alpha": 0.0, "beta": 1.0, "profile_boost": 0.0})
    return version


async def compared(client: httpx.AsyncClient, *profile_ids: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(URL, json={**ANN, "profile_ids": profile_ids, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_lists_come_in_the_order_of_the_profiles_with_the_place_of_each_item(
    admin: httpx.AsyncClient, shop: str
) -> None:
    found = await compared(admin, "company", "popular")
    assert [(each["profile_id"], [item["item_id"] for item in each["items"]]) for each in found["lists"]] == [
        ("company", ["biscuit", "milk"]), ("popular", ["tea", "milk"]),
    ]  # fmt: skip
    assert found["items"] == [
        {"item_id": "biscuit", "ranks": [1, None]}, {"item_id": "milk", "ranks": [2, 2]},
        {"item_id": "tea", "ranks": [None, 1]},
    ]  # fmt: skip
    assert (found["segment_id"], found["profile_id"], found["index_version"]) == ("default", None, shop)
    assert [reason["code"] for reason in found["reasons"]] == ["no_match"]


async def test_a_list_tells_its_configuration_and_with_explain_its_numbers(admin: httpx.AsyncClient, shop: str) -> None:
    (plain,) = (await compared(admin, "popular"))["lists"]
    (told,) = (await compared(admin, "popular", explain=True, overrides={"alpha": 0.5}))["lists"]
    assert (plain["config"]["alpha"], plain["trace"]) == (1.0, None)
    assert told["config"]["alpha"] == 0.5
    assert [each["item_id"] for each in told["trace"]["items"]] == [each["item_id"] for each in told["items"]]


async def test_a_changed_profile_is_tried_beside_the_one_in_force(admin: httpx.AsyncClient, shop: str) -> None:
    changed = {"profile_id": "popular", "alpha": 0.0, "beta": 1.0, "profile_boost": 0.0}
    found = await compared(admin, "popular", unsaved=[changed])
    assert [(each["profile_id"], [item["item_id"] for item in each["items"]]) for each in found["lists"]] == [
        ("popular", ["tea", "milk"]), ("popular", ["biscuit", "milk"]),
    ]  # fmt: skip
    assert [each["config"]["beta"] for each in found["lists"]] == [0.0, 1.0]
    assert (await admin.get("/api/v1/profiles/popular")).json()["beta"] == 0.0


async def test_a_new_profile_is_tried_with_its_filter_before_it_is_saved(admin: httpx.AsyncClient, shop: str) -> None:
    dry = {"profile_id": "dry", "beta": 0.0, "profile_boost": 0.0, "item_filter": {"ne": ["item.category", "drinks"]}}
    (tried,) = (await compared(admin, unsaved=[dry]))["lists"]
    assert [item["item_id"] for item in tried["items"]] == ["milk", "rice"]


async def test_nothing_is_counted(admin: httpx.AsyncClient, shop: str) -> None:
    await compared(admin, "company", "popular")
    assert "tessella_decisions_total{" not in (await admin.get("/metrics")).text


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER, Role.SERVICE, Role.MONITOR])
async def test_only_administrators_compare(make_client: MakeClient, shop: str, role: Role) -> None:
    answer = await (await make_client(role)).post(URL, json={**ANN, "profile_ids": ["popular"]})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tessella:role-denied")


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, [""]),
    ({"profile_ids": []}, ["/profile_ids"]),
    ({"profile_ids": ["popular"] * 6}, ["/profile_ids"]),
    ({"profile_ids": ["popular", "popular"]}, ["/profile_ids/1"]),
    ({"profile_ids": ["other", "another"]}, ["/profile_ids/0", "/profile_ids/1"]),
    ({"profile_ids": ["popular"], "limit": 0}, ["/limit"]),
    ({"profile_ids": ["popular"], "item_ids": ["tee"]}, ["/item_ids/0"]),
    ({"profile_ids": ["popular"], "overrides": {"alpha": -1}}, ["/overrides/alpha"]),
    ({"profile_ids": ["popular"] * 3, "unsaved": [{"profile_id": "a"}] * 3}, ["/profile_ids"]),
    ({"profile_ids": [], "unsaved": [{"profile_id": "a"}, {"profile_id": "b", "alpha": -1}]}, ["/unsaved/1/alpha"]),
    (
        {"profile_ids": [], "unsaved": [{"profile_id": "a", "item_filter": {"eq": ["item.size", 1]}}]},
        ["/unsaved/0/item_filter/eq/0"],
    ),
]


async def test_what_cannot_be_compared_is_refused_and_pointed_at(admin: httpx.AsyncClient, shop: str) -> None:
    for body, pointers in REFUSED:
        answer = await admin.post(URL, json=body)
        assert answer.status_code == 422, answer.text
        assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers, body


async def test_an_unknown_profile_comes_with_the_nearest_one(admin: httpx.AsyncClient, shop: str) -> None:
    answer = await admin.post(URL, json={"profile_ids": ["populr"]})
    (fault,) = answer.json()["errors"]
    assert (fault["message"], fault["hint"]) == (
        'There is no profile "populr" in this namespace.', 'Did you mean "popular"?',
    )  # fmt: skip
