"""Experiments over HTTP: declared as requirement B writes them, segmented, started and stopped."""

import asyncio
from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Namespace, Role
from tests.database import Dsns, scoped
from tests.http.definitions import created

pytestmark = pytest.mark.anyio

BODY: dict[str, Any] = {
    "user_id": "user_123",
    "name": "Homepage Test",
    "variants": [
        {"name": "Control", "content": {"text": "Sign Up"}},
        {"name": "Variant A", "content": {"text": "Get Started"}},
        {"name": "对照组", "content": {"text": "Try Free"}},
    ],
    "config": {"segmentation": {"enabled": False, "auto_activation": True, "auto_activation_threshold": 1000}},
}


async def experiment(admin: httpx.AsyncClient, **changed: Any) -> str:
    made = await created(admin, "experiments", BODY | changed)
    return str(made.json()["experiment_id"])


async def test_the_requirements_body_makes_an_experiment_that_runs_under_ids_that_are_made(
    admin: httpx.AsyncClient,
) -> None:
    made = (await created(admin, "experiments", BODY)).json()
    assert made["experiment_id"].startswith("exp_")
    assert len(made["experiment_id"]) == len("exp_") + 12
    assert made["status"] == "running"
    assert [(each["variant_id"], each["name"]) for each in made["variants"]] == [
        ("control", "Control"), ("variant-a", "Variant A"), ("variant-3", "对照组"),
    ]  # fmt: skip
    assert made["variants"][0]["content"] == {"text": "Sign Up"}
    assert "user_id" not in made
    again = (await created(admin, "experiments", BODY)).json()
    assert again["experiment_id"] != made["experiment_id"]


async def test_a_config_is_changed_field_by_field_and_told_whole(admin: httpx.AsyncClient) -> None:
    config = f"/api/v1/segmentation/{await experiment(admin)}/config"
    before = await admin.get(config)
    manual = {"mode": "manual", "segment_by": ["source", "device"]}
    after = await admin.put(config, json=manual, headers={"If-Match": before.headers["etag"]})
    assert before.json() == {
        "enabled": False, "mode": "disabled", "segment_by": [], "min_samples_per_segment": 100,
        "auto_clustering_enabled": False, "auto_activation": True, "auto_activation_enabled": True,
        "auto_activation_threshold": 1000, "auto_activation_requires_evidence": True,
    }  # fmt: skip
    assert after.json() == before.json() | manual | {"enabled": True}
    assert (await admin.put(config, json={}, headers={"If-Match": before.headers["etag"]})).status_code == 412
    auto = await admin.put(config, json={"mode": "auto", "auto_clustering_enabled": True})
    assert (auto.json()["mode"], auto.json()["segment_by"]) == ("auto", ["source", "device"])
    off = await admin.put(config, json={"enabled": False})
    assert (off.json()["mode"], off.headers["etag"]) == ("disabled", '"4"')
    read_back = await admin.put(config, json=off.json() | {"auto_activation_enabled": False})
    assert read_back.json()["auto_activation"] is False


async def test_changes_at_once_of_other_fields_are_all_kept(admin: httpx.AsyncClient) -> None:
    config = f"/api/v1/segmentation/{await experiment(admin)}/config"
    said: list[dict[str, Any]] = [
        {"min_samples_per_segment": 7}, {"auto_activation_threshold": 9}, {"segment_by": ["hour"]},
    ]  # fmt: skip
    others = [{"auto_activation": number % 2 == 0} for number in range(16)]
    told = await asyncio.gather(*(admin.put(config, json=body) for body in [*others, *said]))
    assert {each.status_code for each in told} == {200}
    held = (await admin.get(config)).json()
    assert all(held | body == held for body in said)


async def test_configs_can_be_read_from_the_database_under_the_requirements_name(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    preset = {"enabled": False, "mode": "manual", "segment_by": ["source"], "auto_activation": True}
    plain = await experiment(admin, config=None)
    held = await experiment(admin, config={"segmentation": preset})
    columns = "enabled, mode, segment_by, min_samples_per_segment, auto_activation_enabled, auto_activation_threshold"
    select = f"SELECT {columns} FROM tessella.experiment_segmentation_config WHERE experiment_id = %s"
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        told = [connection.execute(select, [each]).fetchone() for each in (plain, held)]
    assert told == [(False, "disabled", [], 100, False, 1000), (False, "disabled", ["source"], 100, True, 1000)]


async def test_an_experiment_that_runs_keeps_its_variants_also_when_it_is_rolled_back(admin: httpx.AsyncClient) -> None:
    name = await experiment(admin, status="draft")
    one = f"/api/v1/experiments/{name}"
    draft = (await admin.get(one)).json()
    fewer = draft | {"variants": draft["variants"][:2]}
    assert (await admin.put(one, json=fewer)).is_success
    assert (await admin.post(f"{one}/start")).json()["status"] == "running"
    refused = await admin.put(one, json=draft | {"status": "running"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/variants")
    assert "has begun" in refused.json()["detail"]
    back = await admin.post(f"{one}/rollback", json={"version": 1})
    assert [each["pointer"] for each in back.json()["errors"]] == ["/status", "/variants"]
    deletion = {"kind": "experiment", "identifier": name, "body": None}
    planned = (await admin.post("/api/v1/plan", json={"changes": [deletion]})).json()
    assert (planned["valid"], planned["errors"][0]["pointer"]) == (False, f"/experiments/{name}")
    assert (await admin.delete(one)).status_code == 422
    renamed = fewer | {"status": "running", "name": "Another name"}
    assert (await admin.put(one, json=renamed)).is_success


async def test_a_namespace_that_is_rolled_back_leaves_experiments_as_they_are(admin: httpx.AsyncClient) -> None:
    await created(admin, "profiles", {"profile_id": "calm", "alpha": 0.5})
    name = await experiment(admin)
    await admin.post(f"/api/v1/experiments/{name}/stop")
    await admin.put("/api/v1/profiles/calm", json={"alpha": 0.9})
    assert (await admin.post("/api/v1/rollback", json={"version": 1})).is_success
    assert (await admin.get("/api/v1/profiles/calm")).json()["alpha"] == 0.5
    assert (await admin.get(f"/api/v1/experiments/{name}")).json()["status"] == "stopped"
    nothing = await admin.post("/api/v1/rollback", json={"version": 1})
    assert "what is defined is what was defined" in nothing.json()["detail"]


async def test_an_experiment_goes_through_its_life_and_not_back(admin: httpx.AsyncClient) -> None:
    one = f"/api/v1/experiments/{await experiment(admin, status='draft')}"
    steps = ("start", "start", "pause", "start", "stop", "archive")
    told = [(await admin.post(f"{one}/{step}")).json()["status"] for step in steps]
    assert told == ["running", "running", "paused", "running", "stopped", "archived"]
    refused = await admin.post(f"{one}/start")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:wrong-status")
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await admin.post("/api/v1/experiments/none/start")).status_code == 404


async def test_how_an_experiment_is_segmented_does_not_change_once_it_is_over(admin: httpx.AsyncClient) -> None:
    name = await experiment(admin)
    config = f"/api/v1/segmentation/{name}/config"
    for step, status in (("stop", "stopped"), ("archive", "archived")):
        await admin.post(f"/api/v1/experiments/{name}/{step}")
        refused = await admin.put(config, json={"mode": "auto"})
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:experiment-over")
        assert refused.json()["detail"].startswith(f'The experiment "{name}" is {status}')
    assert (await admin.get(config)).json()["mode"] == "disabled"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"variants": []}, "/variants"),
        ({"variants": BODY["variants"][:1]}, "/variants"),
        ({"variants": [{"name": f"v{number}"} for number in range(1000)]}, "/variants"),
        ({"variants": [{"name": "A"}, {"name": "a "}]}, "/variants/1/name"),
        ({"variants": [{"name": "A"}, {"name": "B", "content": {"text": "x" * 40_000}}]}, "/variants/1/content"),
        ({"variants": [{"name": "A"}, {"name": "B", "overrides": {"alfa": 1}}]}, "/variants/1/overrides/alfa"),
        ({"config": {"segmentation": {"mode": "manual"}}}, "/config/segmentation/segment_by"),
        ({"config": {"segmentatoin": {}}}, "/config/segmentatoin"),
        ({"posterior": "thompson"}, "/posterior"),
    ],
)
async def test_a_body_at_fault_is_refused_where_it_is(
    admin: httpx.AsyncClient, changed: dict[str, Any], pointer: str
) -> None:
    refused = await admin.post("/api/v1/experiments", json=BODY | changed)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])


async def test_a_config_at_fault_is_refused_where_it_is(admin: httpx.AsyncClient) -> None:
    config = f"/api/v1/segmentation/{await experiment(admin)}/config"
    for body, pointer, hint in (
        ({"mode": "manual", "segment_by": ["sorce"]}, "/segment_by/0", 'Did you mean "source"?'),
        ({"enabled": True, "auto_activation": False}, "/mode", 'Send "manual" with segment_by, or "auto".'),
        ({"mode": "automatic"}, "/mode", 'It is one of "disabled", "manual", "auto".'),
        ({"min_samples_per_segment": 0}, "/min_samples_per_segment", "Such as 1000."),
    ):
        (fault,) = (await admin.put(config, json=body)).json()["errors"]
        assert (fault["pointer"], fault["hint"]) == (pointer, hint)
