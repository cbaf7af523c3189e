"""Drafts over HTTP: kept, planned, published and taken away."""

from typing import Any

import httpx
import pytest

from tests.http.definitions import FEATURES, add_vip, created, define_vip, segment

pytestmark = pytest.mark.anyio

CALM = {"profile_id": "calm", "alpha": 0.5}
#: The path of each kind of object, its name, and a body.
OBJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "features": ("user.tier", FEATURES[0]),
    "segments": ("vip", segment(expr={"exists": "ctx.region"})),
    "profiles": ("calm", CALM),
    "campaigns": ("spring", {"campaign_id": "spring", "overrides": {"alpha": 0.5}}),
}


async def drafts(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await admin.get("/api/v1/drafts")).json()["items"]
    return items


@pytest.mark.parametrize("path", OBJECTS)
async def test_a_draft_of_each_kind_is_kept_published_and_drafted_for_deletion(
    admin: httpx.AsyncClient, path: str
) -> None:
    name, body = OBJECTS[path]
    one = f"/api/v1/{path}/{name}"
    assert (await admin.post(f"/api/v1/{path}?draft=true", json=body)).status_code == 202
    assert (await admin.get(one)).status_code == 404
    assert (await admin.post("/api/v1/publish", json={})).json()["stored"][0]["version"] == 1
    changed = await admin.put(f"{one}?draft=true", json=body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["base_version"], changed.json()["stale"]) == (202, 1, False)
    gone = await admin.delete(f"{one}?draft=true")
    assert (gone.status_code, gone.json()["body"]) == (202, None)
    assert (await admin.get(one)).headers["etag"] == '"1"'
    assert (await admin.post("/api/v1/publish", json={})).json() == {"snapshot_version": 2, "stored": []}
    assert (await admin.get(one)).status_code == 404
    assert await drafts(admin) == []


async def test_the_defaults_have_a_draft_too(admin: httpx.AsyncClient) -> None:
    kept = await admin.put("/api/v1/defaults?draft=true", json={"brand_cap": 4})
    assert (kept.status_code, kept.json()["kind"], kept.json()["body"]) == (202, "defaults", {"brand_cap": 4})
    assert (await admin.get("/api/v1/defaults")).json() == {}
    await admin.post("/api/v1/publish", json={"drafts": [{"kind": "defaults", "identifier": "defaults"}]})
    assert (await admin.get("/api/v1/defaults")).json() == {"brand_cap": 4}


async def test_a_draft_decides_nothing_before_it_is_published(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin)
    await admin.delete("/api/v1/segments/vip?draft=true")
    decided = [(await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()["segment_id"]]
    await admin.post("/api/v1/publish", json={})
    decided.append((await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()["segment_id"])
    assert decided == ["vip", "default"]


async def test_what_is_badly_formed_is_no_draft(admin: httpx.AsyncClient) -> None:
    refused = await admin.put("/api/v1/profiles/calm?draft=true", json={"mmr_lambda": 7})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/mmr_lambda")
    assert (await admin.put("/api/v1/profiles/a%00b?draft=true", json={})).status_code == 404
    assert (await admin.put(f"/api/v1/profiles/{'x' * 10_000}?draft=true", json={})).status_code == 422
    assert (await admin.delete("/api/v1/profiles/nobody?draft=true")).status_code == 404
    assert (await admin.put("/api/v1/profiles/calm?draft=maybe", json={})).json()["errors"][0]["pointer"] == (
        "/query/draft"
    )
    assert await drafts(admin) == []


async def test_a_draft_that_somebody_overtook_is_named_and_refused(admin: httpx.AsyncClient) -> None:
    await created(admin, "profiles", CALM)
    await admin.put("/api/v1/profiles/calm?draft=true", json={"alpha": 0.6})
    await admin.delete("/api/v1/profiles/calm")
    assert [each["stale"] for each in await drafts(admin)] == [True]
    refused = await admin.post("/api/v1/publish", json={})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:stale-drafts")
    assert "profile calm (begun with 1, now deleted)" in refused.json()["detail"]
    planned = (await admin.post("/api/v1/plan", json={})).json()
    assert (planned["valid"], planned["moves"]) == (False, None)
    assert (
        await admin.put("/api/v1/profiles/calm?draft=true", json=CALM, headers={"If-Match": '"1"'})
    ).status_code == 412
    assert (
        await admin.put("/api/v1/profiles/calm?draft=true", json=CALM, headers={"If-Match": '"0"'})
    ).status_code == 202
    assert (await admin.post("/api/v1/publish", json={})).status_code == 200


async def test_a_draft_is_taken_away(admin: httpx.AsyncClient) -> None:
    await admin.post("/api/v1/profiles?draft=true", json=CALM)
    assert (await admin.post("/api/v1/profiles?draft=true", json=CALM)).status_code == 409
    assert (await admin.delete("/api/v1/drafts/profile/calm")).status_code == 204
    for path in ("profile/calm", "segment/calm", "profile/a%00b"):
        assert (await admin.delete(f"/api/v1/drafts/{path}")).status_code == 404
    assert (await admin.delete("/api/v1/drafts/nothing/calm")).status_code == 422


async def test_there_is_nothing_to_publish_without_drafts(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/api/v1/publish", json={})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tessella:nothing-to-publish")
