"""History over HTTP: publishes and versions are listed, compared and brought back."""

from typing import Any

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tests.http.definitions import FEATURES, created, segment

pytestmark = pytest.mark.anyio

HUGE = 10**30
#: A path of each kind of object, and two bodies for it.
OBJECTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "features/user.tier": (FEATURES[0], {**FEATURES[0], "unit": "tier"}),
    "segments/vip": (segment(expr={"exists": "ctx.region"}), segment(expr={"exists": "ctx.device"})),
    "profiles/calm": ({"alpha": 0.5}, {"alpha": 0.6}),
    "campaigns/spring": ({"overrides": {"alpha": 0.5}}, {"overrides": {"alpha": 0.6}}),
    "defaults": ({"brand_cap": 4}, {"brand_cap": 5}),
}


async def calm(admin: httpx.AsyncClient, *alphas: float) -> None:
    for alpha in alphas:
        assert (await admin.put("/api/v1/profiles/calm", json={"alpha": alpha})).is_success


@pytest.mark.parametrize("path", OBJECTS)
async def test_each_kind_has_versions_a_diff_and_a_way_back(admin: httpx.AsyncClient, path: str) -> None:
    for body in OBJECTS[path]:
        assert (await admin.put(f"/api/v1/{path}", json=body)).is_success
    versions = (await admin.get(f"/api/v1/{path}/versions")).json()["items"]
    assert [(each["version"], each["changed_by"]) for each in versions] == [(2, "admin"), (1, "admin")]
    assert (await admin.get(f"/api/v1/{path}/versions/1")).json() == versions[1]
    diff = (await admin.get(f"/api/v1/{path}/diff", params={"from": 1, "to": 2})).json()
    assert (diff["action"], len(diff["fields"])) == ("replace", 1)
    first = versions[1]["body"]
    back = await admin.post(f"/api/v1/{path}/rollback", json={"version": 1}, headers={"If-Match": '"2"'})
    assert (back.status_code, back.headers["etag"]) == (200, '"1"')
    assert first.items() <= (await admin.get(f"/api/v1/{path}")).json().items()


async def test_publishes_are_listed_a_page_at_a_time(admin: httpx.AsyncClient) -> None:
    await calm(admin, 0.1, 0.2, 0.3)
    first = (await admin.get("/api/v1/versions", params={"limit": 2})).json()
    second = (await admin.get("/api/v1/versions", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [each["snapshot_version"] for each in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next_cursor"] is None
    for cursor in ("%", "Y2FsbQ", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
        refused = await admin.get("/api/v1/versions", params={"cursor": cursor})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/cursor")
    page = (await admin.get("/api/v1/profiles/calm/versions", params={"limit": 2})).json()
    rest = await admin.get("/api/v1/profiles/calm/versions", params={"cursor": page["next_cursor"]})
    assert [each["version"] for each in page["items"] + rest.json()["items"]] == [3, 2, 1]


async def test_a_publish_tells_what_it_changed(admin: httpx.AsyncClient) -> None:
    await calm(admin, 0.1)
    change = {"kind": "profile", "identifier": "calm", "body": None}
    await admin.post("/api/v1/publish", json={"changes": [change], "comment": "Not needed"})
    told = (await admin.get("/api/v1/versions/2")).json()
    assert (told["comment"], told["published_by"], told["objects"]) == (
        "Not needed", "admin", [{"kind": "profile", "identifier": "calm", "version": None}],
    )  # fmt: skip


async def test_two_snapshot_versions_are_compared_both_ways(admin: httpx.AsyncClient) -> None:
    await calm(admin, 0.1, 0.2)
    there = (await admin.get("/api/v1/diff", params={"from": 1, "to": 2})).json()
    assert there == {
        "from": 1,
        "to": 2,
        "changes": [
            {
                "kind": "profile", "identifier": "calm", "action": "replace",
                "fields": [{"action": "replace", "pointer": "/alpha", "before": 0.1, "after": 0.2}],
            }
        ],
    }  # fmt: skip
    gone = (await admin.get("/api/v1/diff", params={"from": 2, "to": 0})).json()["changes"]
    assert [each["action"] for each in gone] == ["remove"]
    assert (await admin.get("/api/v1/diff", params={"from": 2, "to": 2})).json()["changes"] == []


async def test_the_namespace_goes_back_in_one_publish(admin: httpx.AsyncClient) -> None:
    await calm(admin, 0.1)
    await created(admin, "segments", segment(expr={"exists": "ctx.region"}, profile_id="calm"))
    await calm(admin, 0.2)
    stale = await admin.post("/api/v1/rollback", json={"version": 1}, headers={"If-Match": '"2"'})
    assert stale.status_code == 412
    done = await admin.post("/api/v1/rollback", json={"version": 1, "comment": "Undo"}, headers={"If-Match": '"3"'})
    assert done.json() == {"snapshot_version": 4, "stored": [{"kind": "profile", "identifier": "calm", "version": 1}]}
    assert (await admin.get("/api/v1/segments")).json()["items"] == []
    again = await admin.post("/api/v1/rollback", json={"version": 1})
    assert (again.status_code, again.json()["type"]) == (422, "urn:tessella:nothing-to-publish")


async def test_a_rollback_that_would_break_a_reference_is_refused_where_it_breaks(admin: httpx.AsyncClient) -> None:
    await calm(admin, 0.1)
    await created(admin, "segments", segment(expr={"exists": "ctx.region"}, profile_id="calm"))
    await admin.put("/api/v1/segments/vip", json=segment(expr={"exists": "ctx.region"}))
    await admin.delete("/api/v1/profiles/calm")
    refused = await admin.post("/api/v1/segments/vip/rollback", json={"version": 1})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/profile_id")
    assert (await admin.post("/api/v1/profiles/calm/rollback", json={"version": 2})).json()["type"] == (
        "urn:tessella:version-deleted"
    )
    assert (await admin.post("/api/v1/profiles/calm/rollback", json={"version": 1})).status_code == 200
    assert (await admin.post("/api/v1/segments/vip/rollback", json={"version": 1})).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "versions/9", "diff?from=0&to=9", "profiles/calm/versions/9", "profiles/calm/diff?from=1&to=9",
        "profiles/nobody/versions", "profiles/a%00b/versions", f"profiles/{'x' * 10_000}/versions",
        f"versions/{2**63 - 1}",
    ],
)  # fmt: skip
async def test_a_version_that_is_not_there_is_not_found(admin: httpx.AsyncClient, path: str) -> None:
    await calm(admin, 0.1)
    assert (await admin.get(f"/api/v1/{path}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [f"versions/{HUGE}", "versions/-1", "versions/x", f"diff?from=0&to={HUGE}", "diff", "profiles/calm/versions/x"],
)
async def test_a_version_that_is_no_number_of_a_version_is_refused(admin: httpx.AsyncClient, path: str) -> None:
    await calm(admin, 0.1)
    assert (await admin.get(f"/api/v1/{path}")).status_code == 422


@pytest.mark.parametrize(("version", "status"), [(9, 404), (-1, 422), (HUGE, 422), ("1", 422), (None, 422), (1.5, 422)])
async def test_a_rollback_to_what_never_was_is_refused(admin: httpx.AsyncClient, version: Any, status: int) -> None:
    await calm(admin, 0.1, 0.2)
    for path in ("rollback", "profiles/calm/rollback"):
        assert (await admin.post(f"/api/v1/{path}", json={"version": version})).status_code == status
    assert (await admin.get("/api/v1/profiles/calm")).json()["alpha"] == 0.2


async def test_another_tenants_versions_are_as_if_they_were_not_there(
    application: Application, admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    await calm(admin, 0.1, 0.2)
    key = await application.administration.create_key(Namespace(f"{namespace}-other"), Role.SUPERADMIN)
    theirs = {"Authorization": f"Bearer {key}"}
    for path in ("versions/1", "diff?from=0&to=1", "profiles/calm/versions", "profiles/calm/versions/1"):
        assert (await admin.get(f"/api/v1/{path}", headers=theirs)).status_code == 404
    for path in ("rollback", "profiles/calm/rollback"):
        assert (await admin.post(f"/api/v1/{path}", json={"version": 1}, headers=theirs)).status_code == 404
    assert (await admin.get("/api/v1/versions", headers=theirs)).json()["items"] == []
