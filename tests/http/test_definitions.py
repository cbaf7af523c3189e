"""Definitions over HTTP: creating, reading, changing at the same time, deleting, listing."""

import re
from typing import Any

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.definitions import ID_FIELD, RESERVED, Kind
from tessella.domain.identifiers import Namespace
from tessella.http.app import create_app
from tessella.storage.store import Storage
from tests.database import define, session_of
from tests.http.definitions import FEATURES, created, define_vip, segment
from tests.http.routes import operations

pytestmark = pytest.mark.anyio

OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "features": ("name", FEATURES[0]),
    "segments": ("segment_id", segment(expr={"exists": "ctx.region"})),
    "profiles": ("profile_id", {"profile_id": "calm", "alpha": 0.5}),
    "campaigns": ("campaign_id", {"campaign_id": "spring", "overrides": {"alpha": 0.5}}),
    "sources": ("source_id", {"source_id": "shop", "engine": "duckdb", "location": "shop"}),
    "predictions": ("prediction_id", {"prediction_id": "churn", "target": "churn"}),
    "offers": ("offer_id", {"offer_id": "coffee", "name": "Coffee, half price", "value_usd": 2.5}),
    "experiments": (
        "experiment_id",
        {
            "experiment_id": "banner",
            "name": "Banner",
            "status": "draft",
            "variants": [{"variant_id": "old", "name": "Old"}, {"variant_id": "new", "name": "New"}],
        },
    ),
    "games": (
        "game_id",
        {
            "game_id": "store",
            "metrics": {"visits": {"kind": {"kind": "count"}}, "spend": {"kind": {"kind": "sum", "field": "value"}}},
            "axes": {"monetization": ["visits", "spend"]},
        },
    ),
    "scopes": (
        "scope_id",
        {
            "scope_id": "daily",
            "base": 0.5,
            "boosts": [{"add": 0.2, "when": {"gte": ["engagement_score", 0.7]}, "tag": "high_engagement"}],
        },
    ),
}


@pytest.mark.parametrize("path", OBJECTS)
async def test_an_object_lives_from_creation_to_deletion(admin: httpx.AsyncClient, path: str) -> None:
    id_field, body = OBJECTS[path]
    one = f"/api/v1/{path}/{body[id_field]}"
    made = await created(admin, path, body)
    read = await admin.get(one)
    written = await admin.put(one, json=read.json(), headers={"If-Match": read.headers["etag"]})
    assert (made.headers["etag"], read.headers["etag"], written.headers["etag"]) == ('"1"', '"1"', '"2"')
    assert made.json() == read.json() == written.json()
    assert (await admin.post(f"/api/v1/{path}", json=body)).status_code == 409
    assert [each[id_field] for each in (await admin.get(f"/api/v1/{path}")).json()["items"]] == [body[id_field]]
    assert (await admin.delete(one, headers={"If-Match": '"2"'})).status_code == 204
    assert (await admin.get(one)).status_code == 404


async def test_an_object_that_is_stored_but_cannot_be_read_is_shown_as_it_is_and_mended(
    admin: httpx.AsyncClient, storage: Storage, namespace: Namespace
) -> None:
    stored = {"segment_id": "vip", "priority": "high"}
    await define(await session_of(storage, namespace), Kind.SEGMENT, "vip", **stored)
    assert (await admin.get("/api/v1/segments/vip")).json() == stored
    assert (await admin.get("/api/v1/segments")).json()["items"] == [stored]
    refused = await admin.put("/api/v1/profiles/calm", json={"alpha": 0.5})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/segments/vip/priority"]
    assert (await admin.put("/api/v1/segments/vip", json={"priority": 1})).is_success
    assert (await admin.put("/api/v1/profiles/calm", json={"alpha": 0.5})).status_code == 201


async def test_two_edits_of_one_version_do_not_overwrite_each_other(admin: httpx.AsyncClient) -> None:
    made = await created(admin, "profiles", {"profile_id": "calm", "alpha": 0.5})
    tag = {"If-Match": made.headers["etag"]}
    first = await admin.put("/api/v1/profiles/calm", json={"alpha": 0.6}, headers=tag)
    second = await admin.put("/api/v1/profiles/calm", json={"alpha": 0.7}, headers=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    assert (await admin.get("/api/v1/profiles/calm")).json()["alpha"] == 0.6
    assert (await admin.delete("/api/v1/profiles/calm", headers=tag)).status_code == 412


async def test_put_creates_what_is_not_there_and_if_none_match_asks_for_that(admin: httpx.AsyncClient) -> None:
    new = {"If-None-Match": "*"}
    assert (await admin.put("/api/v1/profiles/calm", json={"alpha": 0.5}, headers=new)).status_code == 201
    assert (await admin.put("/api/v1/profiles/calm", json={"alpha": 0.5}, headers=new)).status_code == 412
    assert (await admin.put("/api/v1/profiles/none", json={}, headers={"If-Match": '"7"'})).status_code == 412
    assert (await admin.put("/api/v1/profiles/none", json={}, headers={"If-Match": '"x"'})).status_code == 412


async def test_knobs_are_written_nested_or_flat_and_read_flat(admin: httpx.AsyncClient) -> None:
    await created(admin, "profiles", {"profile_id": "calm", "blend": {"alpha": 0.5}, "brand_cap": 2})
    assert (await admin.get("/api/v1/profiles/calm")).json() == {
        "profile_id": "calm", "name": "", "description": "", "alpha": 0.5, "brand_cap": 2,
    }  # fmt: skip


async def test_the_defaults_of_a_namespace_have_a_tag_before_they_are_written(admin: httpx.AsyncClient) -> None:
    empty = await admin.get("/api/v1/defaults")
    assert (empty.json(), empty.headers["etag"]) == ({}, '"0"')
    written = await admin.put("/api/v1/defaults", json={"caps": {"brand_cap": 4}}, headers={"If-Match": '"0"'})
    assert (written.status_code, written.json()) == (200, {"brand_cap": 4})
    assert (await admin.put("/api/v1/defaults", json={}, headers={"If-Match": '"0"'})).status_code == 412
    decided = (await admin.post("/api/v1/decide", json={"context": {}})).json()
    assert decided["config"]["brand_cap"] == 4


async def test_a_list_pages_by_cursor(admin: httpx.AsyncClient) -> None:
    for number in range(5):
        await created(admin, "profiles", {"profile_id": f"p{number}"})
    seen: list[str] = []
    cursor: str | None = None
    while cursor is not None or not seen:
        page = (
            await admin.get("/api/v1/profiles", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [each["profile_id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"p{number}" for number in range(5)]
    assert (await admin.get("/api/v1/profiles", params={"cursor": "%"})).status_code == 422
    assert (await admin.get("/api/v1/profiles", params={"limit": 0})).json()["errors"][0]["pointer"] == "/query/limit"


async def test_a_path_means_the_same_with_and_without_its_last_slash(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    for path in ("/api/v1/segments", "/api/v1/segments/vip", "/api/v1/defaults", "/health/live"):
        plain, slashed = await admin.get(path), await admin.get(f"{path}/")
        assert (slashed.status_code, slashed.json()) == (200, plain.json())
    assert (await admin.post("/api/v1/decide/", json={})).status_code == 200


async def test_a_body_is_json_whatever_its_content_type(admin: httpx.AsyncClient) -> None:
    sent = await admin.post("/api/v1/decide", content=b"{}", headers={"Content-Type": "text/plain"})
    assert sent.status_code == 200


async def test_what_is_in_use_cannot_be_deleted(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    for path in ("profiles/novelty", "features/user.tier"):
        refused = await admin.delete(f"/api/v1/{path}")
        assert refused.status_code == 409
        assert "segment vip" in refused.json()["detail"]
        assert (await admin.get(f"/api/v1/{path}")).status_code == 200


@pytest.mark.parametrize("path", ["segments", "features", "profiles", "campaigns"])
async def test_a_name_with_nul_names_nothing(admin: httpx.AsyncClient, path: str) -> None:
    answers = [await admin.request(method, f"/api/v1/{path}/a%00b") for method in ("GET", "DELETE")]
    answers.append(await admin.put(f"/api/v1/{path}/a%00b", json={}))
    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_a_definition_is_read_with_its_fields_in_order(admin: httpx.AsyncClient) -> None:
    await created(admin, "segments", segment(expr={"exists": "ctx.region"}))
    read = (await admin.get("/api/v1/segments/vip")).json()
    assert list(read) == [
        "segment_id", "name", "description", "owner", "priority", "active", "profile_id", "rules",
    ]  # fmt: skip
    assert list(read["rules"][0]) == ["rule_id", "expr", "form", "enabled"]
    (listed,) = (await admin.get("/api/v1/segments")).json()["items"]
    assert list(listed) == list(read)


async def test_put_after_a_deletion_creates_though_versions_go_on_counting(admin: httpx.AsyncClient) -> None:
    await created(admin, "profiles", {"profile_id": "calm", "alpha": 0.5})
    assert (await admin.put("/api/v1/profiles/calm", json={"alpha": 0.6})).status_code == 200
    await admin.delete("/api/v1/profiles/calm")
    again = await admin.put("/api/v1/profiles/calm", json={"alpha": 0.7})
    assert (again.status_code, again.headers["etag"]) == (201, '"4"')


RESERVED_NAMES = [(kind, name) for kind, names in RESERVED.items() for name in sorted(names)]


async def test_words_that_stand_in_the_place_of_a_name_in_a_path_are_reserved(
    application: Application,
) -> None:
    found: dict[Kind, set[str]] = {}
    for _, path in operations(create_app(application)):
        if word := re.fullmatch(r"/api/v1/segmentation/{experiment_id}/([^/{}]+)(/.*)?", path):
            found.setdefault(Kind.GAME, set()).add(word[1])
        for kind in ID_FIELD:
            if word := re.fullmatch(rf"/api/v1/{kind.plural}/([^/{{}}]+)(/.*)?", path):
                found.setdefault(kind, set()).add(word[1])
    # A prediction names a source of customers; no path does in that place.
    assert found == {kind: set(names) for kind, names in RESERVED.items() if kind is not Kind.SOURCE}


@pytest.mark.parametrize(("kind", "name"), RESERVED_NAMES)
async def test_an_object_that_no_path_would_lead_to_is_refused(admin: httpx.AsyncClient, kind: Kind, name: str) -> None:
    _, body = OBJECTS[kind.plural]
    written = body | {ID_FIELD[kind]: name}
    for refused in (
        await admin.put(f"/api/v1/{kind.plural}/{name}", json=written),
        await admin.post(f"/api/v1/{kind.plural}", json=written),
        await admin.post(f"/api/v1/{kind.plural}?draft=true", json=written),
        await admin.post("/api/v1/publish", json={"changes": [{"kind": kind, "identifier": name, "body": written}]}),
    ):
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:tessella:wrong-shape")
        assert f'can be called "{name}"' in refused.json()["detail"]
