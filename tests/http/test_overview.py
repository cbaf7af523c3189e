"""`GET /api/v1/overview`: what needs a person now, and how a namespace is doing."""

import json
import time
from typing import Any

import httpx
import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import JOB_FAILED, MODEL_DRIFT
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller
from tessella.storage import overview
from tessella.storage.ids import first_id_of
from tests.database import Dsns
from tests.http.conftest import MakeClient
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio

PATH = "/api/v1/overview"
GAME = {
    "metrics": {"visits": {"kind": {"kind": "count"}}, "spend": {"kind": {"kind": "sum", "field": "value"}}},
    "axes": {"monetization": ["visits", "spend"]},
}
MINUTE = 60_000_000


def ago(minutes: int) -> Instant:
    return Instant(time.time_ns() // 1000 - minutes * MINUTE)


def add(database: Dsns, table: str, namespace: Namespace, **columns: str) -> None:
    with psycopg.connect(database.superuser) as connection:
        insert(connection, table, namespace, **columns)


def decide(database: Dsns, namespace: Namespace, segment_id: str, minutes: int) -> None:
    made = first_id_of(Instant(ago(minutes) + time.time_ns() % 1_000_000))
    add(database, "decision_audit", namespace, decision_id=f"'{made}'", segment_id=f"'{segment_id}'")


def run(database: Dsns, namespace: Namespace, job: str, state: str, minutes: int, **columns: str) -> str:
    made = str(first_id_of(ago(minutes)))
    named = {"run_id": f"'{made}'", "job": f"'{job}'", "state": f"'{state}'", "inputs": f"'{{\"n\": {minutes}}}'"}
    add(database, "job_runs", namespace, **named, **columns)
    return made


async def told(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get(PATH)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_empty_namespace_needs_nobody_and_says_that_nothing_is_set_up(admin: httpx.AsyncClient) -> None:
    found = await told(admin)
    assert (found["needs"], found["outcomes"], found["matches"]["items"]) == ([], [], [])
    assert [each["decisions"] for each in found["decisions"]["per_minute"]] == [0] * 60
    assert found["decisions"]["last_24h"] == 0
    assert found["setup"] == {
        "features": 0, "sources": 0, "segments": 0, "events": False, "facts": False, "audiences_calculated": False,
        "decisions": False,
    }  # fmt: skip


async def test_setup_says_what_there_is(admin: httpx.AsyncClient) -> None:
    await admin.post("/api/v1/features", json={"name": "tier", "type": "string"})
    await admin.post("/api/v1/facts", json={"facts": [{"subject_id": "anna", "values": {"tier": "VIP"}}]})
    setup = (await told(admin))["setup"]
    assert (setup["features"], setup["facts"], setup["events"]) == (1, True, False)


async def test_decisions_are_counted_by_the_minute_and_by_segment_of_the_last_day(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    for segment_id, minutes in (("vip", 5), ("vip", 5), ("vip", 300), ("default", 30), ("gone", 2_000)):
        decide(database, namespace, segment_id, minutes)
    found = await told(admin)
    minutes = found["decisions"]["per_minute"]
    assert sorted(each["decisions"] for each in minutes)[-2:] == [1, 2]
    two = next(each["minute"] for each in minutes if each["decisions"] == 2)
    assert two in {iso(Instant(ago(5 + late) // MINUTE * MINUTE)) for late in (0, 1)}
    assert found["decisions"]["last_24h"] == 4
    assert found["matches"]["items"] == [
        {"segment_id": "vip", "decisions": 3, "share": 0.75},
        {"segment_id": "default", "decisions": 1, "share": 0.25},
    ]


async def test_of_very_many_decisions_the_newest_are_counted_and_it_says_from_when_on(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "MOST", 3)
    for minutes in (5, 10, 20, 30):
        decide(database, namespace, "vip", minutes)
    found = await told(admin)
    assert found["decisions"]["last_24h"] is None
    assert found["matches"]["items"] == [{"segment_id": "vip", "decisions": 3, "share": 1.0}]
    assert iso(ago(22)) < found["matches"]["since"] < iso(ago(18))
    counts = [each["decisions"] for each in found["decisions"]["per_minute"]]
    assert counts[0] is None
    assert counts.count(1) == 2


async def test_a_job_is_needed_whose_last_run_failed_and_none_that_has_succeeded_since(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    error = json.dumps({"kind": "NoSuch", "message": "There is no source.", "faults": []})
    run(database, namespace, "build_index", "failed", 50)
    run(database, namespace, "build_index", "succeeded", 40)
    run(database, namespace, "train_model", "failed", 2_000)
    run(database, namespace, "compute_features", "failed", 30)
    last = run(database, namespace, "compute_features", "failed", 20, error=f"'{error}'")
    run(database, namespace, "compute_features", "running", 10)
    (need,) = (await told(admin))["needs"]
    assert (need["kind"], need["code"], need["severity"]) == ("job", "job_failed", "warn")
    assert (need["subject"], need["count"], need["run_id"]) == ("compute_features", 2, last)
    assert (need["detail"], need["alert_id"]) == ("There is no source.", None)


async def test_an_open_alert_is_needed_until_somebody_has_seen_it_and_then_nothing_of_what_it_is_about(
    admin: httpx.AsyncClient, application: Application, database: Dsns, namespace: Namespace
) -> None:
    failed = run(database, namespace, "watch_models", "failed", 20)
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await session.raise_alert(Raised(MODEL_DRIFT, "churn", "PSI 0.4 of visits."))
        await session.raise_alert(Raised(JOB_FAILED, "watch_models", "It failed."))
    needs = {each["subject"]: each for each in (await told(admin))["needs"]}
    assert needs.keys() == {"churn", "watch_models"}
    assert (needs["churn"]["kind"], needs["churn"]["detail"]) == ("model", "PSI 0.4 of visits.")
    assert needs["watch_models"]["run_id"] == failed
    for each in needs.values():
        await admin.post(f"/api/v1/alerts/{each['alert_id']}/acknowledge")
    assert (await told(admin))["needs"] == []


async def test_open_recommendations_of_all_experiments_are_needed(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    for experiment, by in (("banner", "{device}"), ("banner", "{country}"), ("button", "{device}")):
        named = {"experiment_id": f"'{experiment}'", "segment_by": f"'{by}'", "state": "'open'", "decided_at": "NULL"}
        made = str(first_id_of(ago(9)))[:-4] + f"{abs(hash((experiment, by))) % 65_536:04x}"
        add(database, "segmentation_recommendations", namespace, recommendation_id=f"'{made}'", **named)
    needs = (await told(admin))["needs"]
    assert {(each["subject"], each["count"], each["severity"]) for each in needs} == {
        ("banner", 2, "good"), ("button", 1, "good"),
    }  # fmt: skip


async def test_audiences_of_last_week_are_needed_anew(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    ended = {"as_of": "now()", "kind": "'full'", "snapshot_version": "1", "subjects": "1"}
    ended |= {"bytes": "1", "manifest_sha256": "'s'"}
    week = "now() - interval '7 days'"
    add(database, "audience_calculations", namespace, state="'active'", ended_at=week, **ended)
    found = await told(admin)
    (need,) = found["needs"]
    assert (need["kind"], need["code"], need["severity"]) == ("audience", "audience_old", "warn")
    assert found["setup"]["audiences_calculated"]


async def test_players_who_have_drifted_far_are_needed_and_those_of_a_game_that_is_gone_are_not(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    assert (await admin.put("/api/v1/games/chess", json=GAME)).status_code == 201
    axes = [{"axis_name": "social", "psi": 0.31, "level": "large"}, {"axis_name": "temporal", "level": "moderate"}]
    for game_id in ("chess", "gone"):
        drift = f"'{json.dumps({'axes': axes})}'"
        add(database, "taxonomy_refreshes", namespace, game_id=f"'{game_id}'", drift=drift)
    (need,) = (await told(admin))["needs"]
    assert (need["code"], need["subject"], need["count"]) == ("taxonomy_drift", "chess", 1)
    assert "social (PSI 0.31)" in need["detail"]


async def test_another_namespace_is_not_in_it(admin: httpx.AsyncClient, theirs: Namespace, database: Dsns) -> None:
    decide(database, theirs, "vip", 5)
    run(database, theirs, "build_index", "failed", 5)
    found = await told(admin)
    assert (found["needs"], found["decisions"]["last_24h"], found["setup"]["segments"]) == ([], 0, 0)


@pytest.mark.parametrize("role", [Role.CLIENT, Role.SERVICE, Role.MONITOR])
async def test_only_administrators_read_it(make_client: MakeClient, role: Role) -> None:
    assert (await (await make_client(role)).get(PATH)).status_code == 403
