"""The taxonomies of games over HTTP. Source: requirement C, "API Endpoints"."""

import asyncio

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.http.routes import taxonomy as routes
from tessella.ports import Caller
from tessella.ports.jobs import RunState
from tessella.storage.store import Storage
from tests.database import session_of
from tests.http.conftest import MakeClient
from tests.taxonomies_served import GAME, UNKNOWN, declare_planted, learned, serve_planted
from tests.usecases.games import ARENA, declare_arena, play

pytestmark = pytest.mark.anyio

TAXONOMY = "/api/v1/segmentation/taxonomy"
ONE = f"{TAXONOMY}/{GAME}"
CALIBRATE = f"{TAXONOMY}/calibrate"


@pytest.fixture
async def served(application: Application, namespace: Namespace) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await serve_planted(session)


@pytest.fixture
async def declared(application: Application, namespace: Namespace) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await declare_planted(session)


@pytest.mark.usefixtures("served")
async def test_a_taxonomy_has_the_fields_of_document_c(admin: httpx.AsyncClient) -> None:
    told = (await admin.get(ONE)).json()
    assert list(told) == [
        "game_id", "version", "last_calibrated", "as_of", "players", "universal_axes", "game_specific_axes",
        "total_axes_count", "total_segments_count", "variance_explained",
    ]  # fmt: skip
    axes = told["universal_axes"] + told["game_specific_axes"]
    assert told["total_axes_count"] == len(axes)
    assert told["total_segments_count"] == sum(each["segment_count"] for each in axes)
    assert {each["axis_type"] for each in told["universal_axes"]} == {"universal"}


@pytest.mark.usefixtures("served")
async def test_a_segment_has_a_place_by_metric_a_share_and_correlations(admin: httpx.AsyncClient) -> None:
    (axis, _) = (await admin.get(ONE)).json()["universal_axes"]
    shares = [each["population_percentage"] for each in axis["segments"]]
    assert sum(shares) == pytest.approx(100)
    assert shares == sorted(shares, reverse=True)
    for each in axis["segments"]:
        places = [each["center_position"], each["standard_deviations"], *each["contextual_centers"].values()]
        assert all(list(place) == axis["defining_metrics"] for place in places)
        assert set(each["contextual_centers"]) == {"weekday", "weekend", "holiday"}
        assert len(each["covariance_matrix"]) == len(axis["defining_metrics"])
        assert {"ltv_correlation", "churn_correlation", "support_risk_correlation"} <= set(each)
    assert axis["count"]["chosen"] == axis["segment_count"] == len(axis["segments"])


@pytest.mark.usefixtures("served")
async def test_a_card_tells_each_watched_figure_beside_its_target(admin: httpx.AsyncClient) -> None:
    told, card = (await admin.get(f"{ONE}/card")).json(), learned().taxonomy.card
    assert told["categorization_accuracy"] == {"value": card.categorization_accuracy, "target": 0.94, "alert": 0.92}
    assert told["variance_explained"]["value"] == learned().taxonomy.variance_explained
    assert (told["variance_explained"]["target"], told["variance_explained"]["alert"]) == (0.7, 0.65)
    assert told["average_confidence"] == {"value": card.mean_confidence, "target": 0.75, "alert": 0.65}
    assert (told["split_half"], told["test_retest"]) == (card.split_half, card.test_retest)


@pytest.mark.usefixtures("served")
async def test_games_are_listed_with_what_is_in_force(admin: httpx.AsyncClient) -> None:
    (listed,) = (await admin.get(TAXONOMY)).json()["items"]
    assert (listed["game_id"], listed["taxonomy"]["version"], listed["refresh"]["players"]) == (GAME, 1, 300)
    assert listed["refresh"]["as_of"] == "2026-11-22"


@pytest.mark.usefixtures("declared")
async def test_a_game_that_was_never_calibrated_is_listed_without_a_taxonomy(admin: httpx.AsyncClient) -> None:
    (listed,) = (await admin.get(TAXONOMY)).json()["items"]
    assert (listed["taxonomy"], listed["refresh"]) == (None, None)
    for path in (ONE, f"{ONE}/card", f"{ONE}/lineage", f"{ONE}/drift"):
        refused = await admin.get(path)
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:tessella:not-calibrated"), path


@pytest.mark.usefixtures("served")
async def test_versions_are_listed_newest_first_and_each_can_be_read(
    admin: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await serve_planted(session, version=2)
    told = (await admin.get(f"{ONE}/versions")).json()
    assert [each["version"] for each in told["items"]] == [2, 1]
    assert (await admin.get(ONE)).json()["version"] == 2
    assert (await admin.get(ONE, params={"version": 1})).json()["version"] == 1
    assert (await admin.get(ONE, params={"version": 3})).status_code == 404
    assert (await admin.get(f"{ONE}/lineage", params={"version": 2})).json()["steps"] == []


@pytest.mark.usefixtures("served")
async def test_what_no_refresh_has_looked_at_has_no_drift_and_no_kept_profile(admin: httpx.AsyncClient) -> None:
    told = (await admin.get(f"{ONE}/drift")).json()
    assert (told["game_id"], told["taxonomy"]["version"], told["drift"]) == (GAME, 1, None)
    refused = await admin.get(f"{ONE}/memberships/{UNKNOWN}")
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:tessella:no-such")


@pytest.mark.usefixtures("declared")
async def test_a_calibration_that_is_not_waited_for_is_a_run_and_the_same_game_is_the_same_run(
    admin: httpx.AsyncClient,
) -> None:
    body = {"game_id": GAME, "force_recalibration": True}
    first, second = [await admin.post(CALIBRATE, json=body, params={"wait": "false"}) for _ in range(2)]
    assert (first.status_code, first.json()["job"]) == (202, "calibrate_taxonomy")
    assert first.headers["location"] == f"/api/v1/jobs/{first.json()['run_id']}"
    assert second.json()["run_id"] == first.json()["run_id"]


@pytest.mark.usefixtures("declared")
async def test_a_calibration_that_takes_longer_than_a_call_waits_is_a_run(
    admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WAIT_SECONDS", 0.2)
    answer = await admin.post(CALIBRATE, json={"game_id": GAME})
    assert (answer.status_code, answer.json()["state"]) == (202, RunState.QUEUED)


async def test_a_calibration_that_is_waited_for_is_the_taxonomy_by_which_the_next_request_is_answered(
    admin: httpx.AsyncClient, application: Application, storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await declare_arena(session)
    await play(session)
    working = asyncio.create_task(application.worker().run(lambda: None))
    made = await admin.post(CALIBRATE, json={"game_id": ARENA})
    working.cancel()
    await asyncio.wait([working])
    assert (made.status_code, made.json()["version"], made.json()["players"]) == (200, 1, 40)
    asked = {"player_id": "p001", "game_id": ARENA}
    profile = (await admin.post("/api/v1/segmentation/categorize", json=asked)).json()
    kept = (await admin.get(f"{TAXONOMY}/{ARENA}/memberships/p001")).json()
    assert kept["taxonomy_version"] == profile["taxonomy_version"] == 1
    assert kept["memberships"][0]["membership_strength"] == profile["memberships"][0]["membership_strength"]
    again = await admin.post(CALIBRATE, json={"game_id": ARENA})
    assert (again.status_code, again.json()) == (200, made.json())
    assert (await admin.get(f"{TAXONOMY}/{ARENA}/drift")).json()["refresh"]["players"] == 40
    await session.set_consent(SubjectId("p001"), Consent(personalization_enabled=False))
    assert (await admin.get(f"{TAXONOMY}/{ARENA}/memberships/p001")).status_code == 404


@pytest.mark.usefixtures("declared")
async def test_a_calibration_that_fails_is_told_with_its_reason_and_its_run(
    admin: httpx.AsyncClient, application: Application
) -> None:
    working = asyncio.create_task(application.worker().run(lambda: None))
    refused = await admin.post(CALIBRATE, json={"game_id": GAME})
    working.cancel()
    await asyncio.wait([working])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:calibration-failed")
    (run,) = (await admin.get("/api/v1/jobs", params={"job": "calibrate_taxonomy"})).json()["items"]
    assert run["state"] == "failed"
    assert run["error"]["detail"] in refused.json()["detail"]
    assert run["run_id"] in refused.json()["errors"][0]["hint"]


async def test_a_game_that_is_not_declared_cannot_be_calibrated(admin: httpx.AsyncClient) -> None:
    refused = await admin.post(CALIBRATE, json={"game_id": "nowhere", "force_recalibration": True})
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:tessella:no-such")
    assert (await admin.get(f"{TAXONOMY}/nowhere")).status_code == 404
    for body in ({}, {"game_id": ""}, {"game_id": "g", "force": True}):
        assert (await admin.post(CALIBRATE, json=body)).status_code == 422


@pytest.mark.usefixtures("served")
async def test_numbers_of_players_are_rounded_for_who_is_no_administrator(
    admin: httpx.AsyncClient, make_client: MakeClient
) -> None:
    service = await make_client(Role.SERVICE)
    exact, told = [(await each.get(ONE)).json() for each in (admin, service)]
    assert told["players"] == round(exact["players"], -1)
    for axis, shown in zip(exact["universal_axes"], told["universal_axes"], strict=True):
        for segment, seen in zip(axis["segments"], shown["segments"], strict=True):
            few = segment["players"] < 10
            assert seen["players"] == ("< 10" if few else (segment["players"] + 5) // 10 * 10)
            share = None if few else pytest.approx(100 * seen["players"] / told["players"])
            assert seen["population_percentage"] == share
    for path in (TAXONOMY, f"{ONE}/versions"):
        (listed,) = (await service.get(path)).json()["items"]
        assert listed.get("taxonomy", listed)["players"] == told["players"]


@pytest.mark.usefixtures("served")
async def test_a_service_reads_taxonomies_and_only_an_admin_calibrates(make_client: MakeClient) -> None:
    service, client = await make_client(Role.SERVICE), await make_client(Role.CLIENT)
    assert (await service.get(ONE)).status_code == 200
    assert (await client.get(ONE)).status_code == 403
    assert (await service.post(CALIBRATE, json={"game_id": GAME})).status_code == 403
