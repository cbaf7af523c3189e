"""Audiences over HTTP: calculated by a job, counted with their trend, compared, followed, cut to the caller's role."""

import asyncio
from collections.abc import Mapping

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Role
from tests.http.conftest import MakeClient
from tests.http.definitions import created
from tests.http.test_jobs import done

pytestmark = pytest.mark.anyio

PATH = "/api/v1/audiences"
COUNTS, OVERLAP = "/api/v1/segments/counts", "/api/v1/segments/overlap"
NOWHERE = "0190a000-0000-7000-8000-000000000000"


def rules(expr: object) -> list[dict[str, object]]:
    return [{"rule_id": "r", "expr": expr}]


@pytest.fixture
async def shop(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """Twelve subjects, two of them VIPs."""
    await created(admin, "features", {"name": "tier", "type": "string"})
    await created(admin, "segments", {"segment_id": "vip", "priority": 9, "rules": rules({"eq": ["tier", "VIP"]})})
    await created(admin, "segments", {"segment_id": "all", "rules": rules({"exists": ["tier"]})})
    await created(admin, "segments", {"segment_id": "home", "rules": rules({"eq": ["ctx.surface", "home"]})})
    await know(admin, {f"s{at}": "VIP" if at < 2 else "gold" for at in range(12)})
    return admin


async def know(client: httpx.AsyncClient, tiers: Mapping[str, str]) -> None:
    facts = [{"subject_id": who, "values": {"tier": tier}} for who, tier in tiers.items()]
    assert (await client.post("/api/v1/facts", json={"facts": facts})).status_code == 202


async def calculated(client: httpx.AsyncClient, application: Application, **body: object) -> dict[str, object]:
    asked = await client.post(PATH, json=body)
    assert (asked.status_code, asked.json()["job"]) == (202, "calculate_audiences")
    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(client, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    assert (run["state"], run["progress"]) == ("succeeded", 1), run
    return run["result"]


async def test_audiences_are_calculated_apart_from_the_request_and_listed(
    shop: httpx.AsyncClient, application: Application
) -> None:
    result = await calculated(shop, application, as_of="2026-01-01")
    listed = (await shop.get(PATH)).json()
    (one,) = listed["items"]
    assert (listed["stale"], one["version"], one["state"], one["kind"]) == (None, result["version"], "active", "full")
    assert (one["as_of"], one["subjects"], one["problem"]) == ("2026-01-01T00:00:00+00:00", 12, "")
    assert (await shop.get(f"{PATH}/{one['version']}")).json() == one


async def test_every_segment_is_counted_with_its_trend_and_what_only_a_request_tells_is_named(
    shop: httpx.AsyncClient, application: Application
) -> None:
    await calculated(shop, application)
    await know(shop, {"s2": "VIP"})
    await calculated(shop, application)
    found = (await shop.get(COUNTS)).json()
    vip, everybody = found["segments"]
    assert (vip["segment_id"], vip["members"], vip["first_matches"], vip["share"]) == ("vip", 3, 3, 0.25)
    assert [each["members"] for each in vip["trend"]] == [2, 3]
    assert (everybody["members"], everybody["first_matches"], found["subjects"], found["in_none"]) == (12, 9, 12, 0)
    assert found["request_time"] == {"home": ["ctx.surface"]}
    assert len((await shop.get(COUNTS, params={"trend": 1})).json()["segments"][0]["trend"]) == 1


async def test_overlaps_come_as_matrices(shop: httpx.AsyncClient, application: Application) -> None:
    await calculated(shop, application)
    found = (await shop.get(OVERLAP)).json()
    assert (found["segment_ids"], found["both"]) == (["vip", "all"], [[2, 2], [2, 12]])
    assert found["jaccard"][0][1] == pytest.approx(2 / 12)
    assert (await shop.get(OVERLAP, params={"segment_id": "all"})).json()["both"] == [[12]]
    refused = await shop.get(OVERLAP, params={"segment_id": "home"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:not-counted")


async def test_roles_below_admin_do_not_see_small_counts(
    shop: httpx.AsyncClient, application: Application, make_client: MakeClient
) -> None:
    await calculated(shop, application)
    service = await make_client(Role.SERVICE)
    found = (await service.get(COUNTS)).json()
    vip, everybody = found["segments"]
    assert (vip["members"], vip["share"], vip["first_matches"]) == ("< 10", None, "< 10")
    assert (everybody["members"], everybody["first_matches"], found["in_none"]) == (10, 10, "< 10")
    assert [each["members"] for each in vip["trend"]] == ["< 10"]
    overlap = (await service.get(OVERLAP)).json()
    assert (overlap["both"], overlap["jaccard"][0]) == ([["< 10", "< 10"], ["< 10", 10]], [None, None])


async def test_who_enters_and_leaves_is_read_on_from_the_cursor(
    shop: httpx.AsyncClient, application: Application
) -> None:
    await calculated(shop, application)
    path = "/api/v1/segments/vip/changes"
    before = (await shop.get(path)).json()
    assert before["items"] == []
    await know(shop, {"s0": "gold", "s5": "VIP"})
    result = await calculated(shop, application)
    page = (await shop.get(path, params={"cursor": before["next_cursor"], "limit": 1})).json()
    rest = (await shop.get(path, params={"cursor": page["next_cursor"]})).json()
    items = page["items"] + rest["items"]
    assert [(each["subject_id"], each["event"], each["cause"]) for each in items] == [
        ("s0", "segment.left", "data"), ("s5", "segment.entered", "data"),
    ]  # fmt: skip
    assert {each["version"] for each in items} == {result["version"]}
    assert (await shop.get(path, params={"cursor": "?"})).status_code == 422
    assert (await shop.get("/api/v1/segments/nowhere/changes")).status_code == 404


async def test_before_the_first_calculation_it_is_said_how_to_begin(shop: httpx.AsyncClient) -> None:
    for path in (COUNTS, OVERLAP):
        refused = await shop.get(path)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:nothing-calculated")
    assert (await shop.get(PATH)).json() == {"items": [], "stale": None}
    assert (await shop.get(f"{PATH}/{NOWHERE}")).status_code == 404


@pytest.mark.parametrize("body", [{"as_of": "yesterday"}, {"kind": "half"}, {"as-of": "2026-01-01"}, []])
async def test_a_body_that_makes_no_sense_is_refused(admin: httpx.AsyncClient, body: object) -> None:
    assert (await admin.post(PATH, json=body)).status_code == 422
