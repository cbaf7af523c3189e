"""Where players stand and which of their days are unlike them, over HTTP. Source: requirement C, "API Endpoints"."""

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.alerts.rules import TAXONOMY_ERRORS, TAXONOMY_SLOW
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.http.app import create_app
from tessella.http.metrics.watching import AnswerWatch
from tessella.http.player_batches import PART
from tessella.ports import Caller
from tests.database import eventually
from tests.http.conftest import MakeClient
from tests.taxonomies_served import GAME, KNOWN, UNKNOWN, declare_planted, learned, serve_planted

pytestmark = pytest.mark.anyio

CATEGORIZE = "/api/v1/segmentation/categorize"
BATCH = "/api/v1/segmentation/categorize/batch"
DETECT = "/api/v1/segmentation/anomalies/detect"
ASKED = {"player_id": KNOWN, "game_id": GAME}


@pytest.fixture
async def served(application: Application, namespace: Namespace) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await serve_planted(session)


@pytest.mark.usefixtures("served")
async def test_a_profile_has_exactly_the_documented_fields(admin: httpx.AsyncClient) -> None:
    told = (await admin.post(CATEGORIZE, json=ASKED)).json()
    assert list(told) == [
        "player_id", "game_id", "taxonomy_version", "as_of", "days", "memberships", "variance_coverage", "confidence",
        "warnings", "answered_by", "reason",
    ]  # fmt: skip
    assert (told["player_id"], told["game_id"], told["taxonomy_version"]) == (KNOWN, GAME, 1)
    assert told["as_of"] == "2026-11-22"
    assert set(told["memberships"][0]) == {
        "segment_id", "segment_name", "axis_name", "membership_strength", "distance_from_center", "position_offset",
        "confidence", "typicality", "share",
    }  # fmt: skip
    assert 1 <= len(told["memberships"]) <= 7
    assert {each["axis_name"] for each in told["memberships"]} >= {"monetization", "engagement"}


@pytest.mark.usefixtures("served")
async def test_a_player_of_a_planted_segment_is_told_to_be_in_the_one_that_was_found_there(
    admin: httpx.AsyncClient,
) -> None:
    labels = learned().world.labels["monetization"][:40]
    ids = [f"player-{place}" for place in range(40)]
    told = (await admin.post(BATCH, json={"game_id": GAME, "player_ids": ids})).json()["profiles"]
    best = [
        next(each["segment_name"] for each in one["memberships"] if each["axis_name"] == "monetization") for one in told
    ]
    assert len(set(zip(labels.tolist(), best, strict=True))) == len(set(best)) == len(set(labels.tolist())) == 2


@pytest.mark.usefixtures("served")
async def test_a_player_of_whom_nothing_is_known_is_not_found(admin: httpx.AsyncClient) -> None:
    for path in (CATEGORIZE, DETECT):
        refused = await admin.post(path, json=ASKED | {"player_id": UNKNOWN})
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:tessella:nothing-known-of-player")


@pytest.mark.usefixtures("served")
async def test_a_game_that_is_not_declared_is_not_found_and_the_nearest_is_named(admin: httpx.AsyncClient) -> None:
    refused = await admin.post(CATEGORIZE, json=ASKED | {"game_id": "plantet"})
    assert (refused.status_code, refused.json()["type"]) == (404, "urn:tessella:no-such")
    assert refused.json()["errors"][0]["hint"] == 'Did you mean "planted"?'


async def test_before_a_calibration_the_answer_says_how_to_begin_one(
    admin: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await declare_planted(session)
    for path, body in ((CATEGORIZE, ASKED), (DETECT, ASKED), (BATCH, {"game_id": GAME, "player_ids": [KNOWN]})):
        refused = await admin.post(path, json=body)
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:tessella:not-calibrated")


@pytest.mark.usefixtures("served")
async def test_who_has_opted_out_is_answered_like_one_of_whom_nothing_is_known(
    admin: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await session.set_consent(SubjectId(KNOWN), Consent(personalization_enabled=False))
    for path in (CATEGORIZE, DETECT):
        assert (await admin.post(path, json=ASKED)).json()["type"] == "urn:tessella:nothing-known-of-player"


@pytest.mark.usefixtures("served")
async def test_bad_rows_of_a_batch_alone_fail_and_each_is_pointed_at(admin: httpx.AsyncClient) -> None:
    ids = ["player-1", "", 7, UNKNOWN, "player-2", "a\0b", "x" * 2000]
    told = (await admin.post(BATCH, json={"game_id": GAME, "player_ids": ids})).json()
    assert [each["player_id"] for each in told["profiles"]] == ["player-1", "player-2"]
    assert sorted(each["pointer"] for each in told["rejected"]) == [f"/player_ids/{place}" for place in (1, 2, 3, 5, 6)]
    named = {each["pointer"]: each["message"] for each in told["rejected"]}
    assert named["/player_ids/3"] == 'No day of the player "nobody" is known in the game "planted".'


@pytest.mark.usefixtures("served")
async def test_a_batch_of_several_parts_is_one_answer_in_the_order_asked_for(admin: httpx.AsyncClient) -> None:
    ids = [f"player-{place % 300}" for place in range(2 * PART + 1)]
    ids[PART] = ids[2 * PART] = UNKNOWN
    told = (await admin.post(BATCH, json={"game_id": GAME, "player_ids": ids})).json()
    assert [each["player_id"] for each in told["profiles"]] == [each for each in ids if each != UNKNOWN]
    assert [each["pointer"] for each in told["rejected"]] == [f"/player_ids/{PART}", f"/player_ids/{2 * PART}"]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    "body", [{"game_id": GAME, "player_ids": []}, {"game_id": GAME}, {"player_ids": ["a"]}, {"game_id": GAME, "x": 1}]
)
async def test_a_batch_without_players_or_a_game_is_refused_whole(
    admin: httpx.AsyncClient, body: dict[str, object]
) -> None:
    assert (await admin.post(BATCH, json=body)).status_code == 422


@pytest.mark.usefixtures("served")
async def test_an_answer_about_anomalies_carries_both_methods(admin: httpx.AsyncClient) -> None:
    told = (await admin.post(DETECT, json=ASKED)).json()
    assert list(told) == [
        "player_id", "game_id", "taxonomy_version", "method", "alerts", "days", "context", "overall_score",
        "is_anomalous", "displacement", "confidence", "axes", "warnings", "answered_by", "reason",
    ]  # fmt: skip
    assert (told["method"], len(told["days"])) == ("displacement", 1)
    assert set(told["displacement"]) == {"p_value", "score", "is_anomalous"}
    axis = told["axes"][0]
    assert axis["distance_delta"] == pytest.approx(axis["current_distance"] - axis["typical_distance"])
    assert axis["anomaly_score"] == pytest.approx(min(1.0, abs(axis["distance_delta"]) / axis["threshold"]))
    assert axis["is_anomalous"] is (axis["anomaly_score"] > 0.7)
    assert set(axis["displacement"]) == {"p_value", "score", "is_anomalous"}


@pytest.mark.usefixtures("served")
async def test_the_method_asked_for_says_which_of_the_two_alerts(admin: httpx.AsyncClient) -> None:
    told = (await admin.post(DETECT, json=ASKED | {"method": "distance_delta"})).json()
    assert (told["method"], told["alerts"]) == ("distance_delta", told["is_anomalous"])
    told = (await admin.post(DETECT, json=ASKED | {"days": 3})).json()
    assert (told["method"], told["alerts"], len(told["days"])) == (
        "displacement", told["displacement"]["is_anomalous"], 3,
    )  # fmt: skip


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("changed", [{"days": 0}, {"days": 8}, {"method": "guess"}, {"player_id": ""}, {"axis": 1}])
async def test_what_cannot_be_judged_is_refused_with_a_pointer(
    admin: httpx.AsyncClient, changed: dict[str, object]
) -> None:
    refused = await admin.post(DETECT, json=ASKED | changed)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == f"/{next(iter(changed))}"


@pytest.mark.usefixtures("served")
async def test_a_client_learns_nothing_of_segments_and_a_service_does(make_client: MakeClient) -> None:
    for role, status in ((Role.CLIENT, 403), (Role.READER, 403), (Role.SERVICE, 200)):
        client = await make_client(role)
        assert [(await client.post(path, json=ASKED)).status_code for path in (CATEGORIZE, DETECT)] == [status, status]


@pytest.mark.usefixtures("served")
async def test_requests_about_players_are_counted_by_time_and_by_fault(
    admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    for player in (KNOWN, KNOWN, UNKNOWN):
        await admin.post(CATEGORIZE, json=ASKED | {"player_id": player})
    text = (await admin.get("/metrics")).text
    assert f'tessella_player_answer_seconds_count{{namespace="{namespace}"}} 3.0' in text
    assert f'tessella_player_answer_seconds_bucket{{le="+Inf",namespace="{namespace}"}} 3.0' in text
    assert f'tessella_player_answer_errors_total{{namespace="{namespace}"}} 0.0' in text


@pytest.mark.usefixtures("served")
async def test_what_a_taxonomy_says_of_itself_is_among_the_figures(
    admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    named = f'{{game_id="planted",namespace="{namespace}"}}'

    async def is_told() -> bool:
        return f"tessella_taxonomy_players{named}" in (await admin.get("/metrics")).text

    await eventually(is_told, "the figures are read")
    lines = dict(line.rsplit(" ", 1) for line in (await admin.get("/metrics")).text.splitlines() if line[0] != "#")
    taxonomy = learned().taxonomy
    told = {
        "variance_explained": taxonomy.variance_explained, "players": 300.0,
        "categorization_accuracy": taxonomy.card.categorization_accuracy,
        "average_confidence": taxonomy.card.mean_confidence,
    }  # fmt: skip
    assert {name: float(lines[f"tessella_taxonomy_{name}{named}"]) for name in told} == pytest.approx(told)


@pytest.mark.usefixtures("served")
async def test_slow_and_failing_answers_raise_alerts_that_are_resolved_when_it_is_over(
    application: Application, namespace: Namespace
) -> None:
    metrics = create_app(application).metrics
    watch = AnswerWatch(application, metrics)
    for place in range(400):
        metrics.answered_player(namespace, 0.3 if place % 10 == 0 else 0.004, 503 if place % 50 == 0 else 200)
    await watch.look()
    assert await _unresolved(application, namespace) == {TAXONOMY_SLOW.name, TAXONOMY_ERRORS.name}
    later = AnswerWatch(application, metrics)
    application.open_alerts = lambda: {(namespace, TAXONOMY_SLOW.name): 1}  # type: ignore[method-assign]  # its round
    for _ in range(400):
        metrics.answered_player(namespace, 0.004, 200)
    await later.look()
    assert await _unresolved(application, namespace) == set()


async def _unresolved(application: Application, namespace: Namespace) -> set[str]:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        found, _ = await session.alerts(state=None, limit=10, cursor=None)
    return {each.rule for each in found if each.state != "resolved"}


@pytest.mark.usefixtures("served")
async def test_the_players_whose_last_day_is_most_unlike_them_are_listed_as_each_is_told_alone(
    admin: httpx.AsyncClient,
) -> None:
    listed = (await admin.get(f"/api/v1/segmentation/taxonomy/{GAME}/anomalies", params={"limit": 2})).json()
    assert (listed["game_id"], listed["looked_at"], len(listed["items"])) == (GAME, 300, 2)
    assert listed["flagged"] >= sum(each["alerts"] for each in listed["items"])
    first = listed["items"][0]
    alone = (await admin.post(DETECT, json=ASKED | {"player_id": first["player_id"]})).json()
    assert {**alone, "reason": ""} == first
