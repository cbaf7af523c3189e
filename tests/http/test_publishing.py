"""Plans and publishes over HTTP: what is told before, and what is refused."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.http.definitions import add_vip, created, define_vip, segment

pytestmark = pytest.mark.anyio

CALM = {"kind": "profile", "identifier": "calm", "body": {"alpha": 0.5}}


def no_known(**changed: Any) -> dict[str, Any]:
    body = segment("known", {"eq": ["user.tier", "none"]}, **changed)
    return {"kind": "segment", "identifier": "known", "body": body}


async def test_a_plan_tells_each_field_and_who_moves(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await created(admin, "segments", segment("known", {"exists": "user.tier"}, priority=5))
    for subject_id in ("h1", "h2"):
        await add_vip(admin, subject_id)
    answer = await admin.post("/api/v1/plan", json={"changes": [no_known(priority=4), CALM]})
    plan = answer.json()
    assert (answer.status_code, answer.headers["etag"], plan["snapshot_version"]) == (200, '"8"', 8)
    known, calm = plan["changes"]
    assert [(each["pointer"], each["action"]) for each in known["fields"]] == [
        ("/priority", "replace"), ("/rules/0/expr/exists", "remove"), ("/rules/0/expr/eq", "add"),
    ]  # fmt: skip
    assert (known["action"], calm["action"]) == ("replace", "add")
    assert plan["moves"]["moved"] == [{"from": "known", "to": "default", "subjects": 2}]
    assert plan["moves"]["segments"] == [
        {"segment_id": "default", "before": 0, "after": 2, "request_time": []},
        {"segment_id": "known", "before": 2, "after": 0, "request_time": []},
        {"segment_id": "vip", "before": 0, "after": 0, "request_time": ["ctx.region", "ctx.surface"]},
    ]


async def test_a_plan_that_somebody_overtook_cannot_be_published(admin: httpx.AsyncClient) -> None:
    plan = await admin.post("/api/v1/plan", json={"changes": [CALM]})
    await created(admin, "profiles", {"profile_id": "other"})
    tag = {"If-Match": plan.headers["etag"]}
    stale = await admin.post("/api/v1/publish", json={"changes": [CALM]}, headers=tag)
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:tessella:stale-plan")
    again = await admin.post("/api/v1/plan", json={"changes": [CALM]})
    done = await admin.post("/api/v1/publish", json={"changes": [CALM]}, headers={"If-Match": again.headers["etag"]})
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')
    assert done.json() == {"snapshot_version": 2, "stored": [{"kind": "profile", "identifier": "calm", "version": 1}]}


async def test_of_two_who_publish_one_plan_at_once_one_is_refused(admin: httpx.AsyncClient) -> None:
    tag = {"If-Match": '"0"'}
    both = await asyncio.gather(
        *(admin.post("/api/v1/publish", json={"changes": [CALM]}, headers=tag) for _ in range(2))
    )
    assert sorted(each.status_code for each in both) == [200, 412]


async def test_a_plan_at_fault_names_its_faults_and_a_publish_refuses_them(admin: httpx.AsyncClient) -> None:
    changes = {"changes": [{"kind": "segment", "identifier": "vip", "body": {"profile_id": "nowhere"}}]}
    planned = (await admin.post("/api/v1/plan", json=changes)).json()
    assert (planned["valid"], planned["moves"]) == (False, None)
    assert [each["pointer"] for each in planned["errors"]] == ["/segments/vip/profile_id"]
    refused = await admin.post("/api/v1/publish", json=changes)
    assert (refused.status_code, refused.json()["errors"]) == (422, planned["errors"])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"changes": [], "drafts": []}, ""),
        ({"changes": []}, ""),
        ({"changes": [{"kind": "segment", "identifier": "vip"}]}, "/changes/0"),
        ({"changes": [{"kind": "planet", "identifier": "vip", "body": None}]}, "/changes/0/kind"),
        ({"changes": [{"kind": "segment", "identifier": "a\0b", "body": None}]}, "/changes/0/identifier"),
        ({"changes": [{"kind": "segment", "identifier": "x" * 1_000_000, "body": None}]}, None),
        ({"changes": [CALM, CALM]}, "/profiles/calm"),
        ({"changes": [{"kind": "defaults", "identifier": "x", "body": {}}]}, "/defaults/x"),
        ({"changes": [CALM], "comment": "x" * 1001}, "/comment"),
        ({"comment": 7}, "/comment"),
    ],
)
async def test_a_publish_that_makes_no_sense_is_refused_with_the_place_of_its_fault(
    admin: httpx.AsyncClient, body: dict[str, Any], pointer: str | None
) -> None:
    refused = await admin.post("/api/v1/publish", json=body)
    assert refused.status_code == 422, refused.text[:300]
    assert pointer is None or refused.json()["errors"][0]["pointer"] == pointer
    assert (await admin.get("/api/v1/versions")).json()["items"] == []


async def test_deleting_what_is_not_there_is_refused(admin: httpx.AsyncClient) -> None:
    change = {"kind": "segment", "identifier": "nobody", "body": None}
    assert (await admin.post("/api/v1/publish", json={"changes": [change]})).status_code == 404
    assert (
        await admin.post("/api/v1/publish", json={"drafts": [{"kind": "segment", "identifier": "n"}]})
    ).status_code == 404


async def test_segments_are_tried_in_the_order_that_was_given(admin: httpx.AsyncClient) -> None:
    for name, priority in (("a", 5), ("b", 3), ("off", 1)):
        await created(
            admin, "segments", segment(name, {"exists": "ctx.region"}, priority=priority, active=name != "off")
        )
    asked = {"context": {"ctx": {"region": "FI"}}}
    before = (await admin.post("/api/v1/decide", json=asked)).json()["segment_id"]
    done = await admin.post("/api/v1/segments/reorder", json={"order": ["b", "a", "off"]})
    assert done.json() == {"snapshot_version": 4, "priorities": {"b": 30, "a": 20, "off": 10}}
    after = (await admin.post("/api/v1/decide", json=asked)).json()["segment_id"]
    assert (before, after) == ("a", "b")
    assert (await admin.get("/api/v1/versions/4")).json()["changes"] == 3
    again = await admin.post("/api/v1/segments/reorder", json={"order": ["b", "a", "off"]})
    assert again.json()["snapshot_version"] == 4


async def test_a_plan_tells_who_moves_by_a_new_order_of_many_segments_before_it_is_saved(
    admin: httpx.AsyncClient,
) -> None:
    await created(admin, "features", {"name": "visits", "type": "integer"})
    names = [f"s{at:02}" for at in range(14)]
    for at, name in enumerate(names):
        await created(admin, "segments", segment(name, {"gte": ["visits", at]}, priority=140 - 10 * at))
    facts = [{"subject_id": f"h{at}", "values": {"visits": at}} for at in range(14)]
    assert (await admin.post("/api/v1/facts", json={"facts": facts})).status_code == 202
    listed = (await admin.get("/api/v1/segments")).json()["items"]
    wanted = {name: 10 * (1 + at) for at, name in enumerate(names)}
    changes = [
        {"kind": "segment", "identifier": each["segment_id"], "body": {**each, "priority": wanted[each["segment_id"]]}}
        for each in listed
    ]
    plan = await admin.post("/api/v1/plan", json={"changes": changes})
    moves = plan.json()["moves"]
    # All were in the first segment; tried the other way round, each is in their own, and one stays.
    assert {(each["from"], each["to"]): each["subjects"] for each in moves["moved"]} == {
        ("s00", name): 1 for name in names[1:]
    }
    order = {"order": [*reversed(names)]}
    done = await admin.post("/api/v1/segments/reorder", json=order, headers={"If-Match": plan.headers["etag"]})
    assert (done.status_code, done.json()["priorities"]) == (200, wanted)
    assert (await admin.post("/api/v1/decide", json={"subject_id": "h5"})).json()["segment_id"] == "s05"


async def test_an_order_that_is_not_one_is_refused_and_changes_nothing(admin: httpx.AsyncClient) -> None:
    for name in ("a", "b"):
        await created(admin, "segments", segment(name, {"exists": "ctx.region"}))
    refused = await admin.post("/api/v1/segments/reorder", json={"order": ["a", "a", "x"]})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/order/1", "/order/2", "/order"]
    assert (await admin.post("/api/v1/segments/reorder", json={"order": "ab"})).status_code == 422
    stale = await admin.post("/api/v1/segments/reorder", json={"order": ["b", "a"]}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await admin.get("/api/v1/versions")).json()["items"][0]["snapshot_version"] == 2
