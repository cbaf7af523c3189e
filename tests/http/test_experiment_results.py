"""What may be said of an experiment, over HTTP: from nothing at all to a lift, and never how it was learned."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Json, Namespace, Role
from tessella.ports import Caller
from tests.database import Dsns, eventually
from tests.experiments import BANNER, banner, declare, everywhere, meet
from tests.http.conftest import MakeClient
from tests.http.definitions import created
from tests.http.test_metrics import read
from tests.planted import plant
from tests.sharing import share

pytestmark = pytest.mark.anyio

USERS = [f"u{number}" for number in range(10)]

EXPERIMENT = f"/api/v1/experiments/{BANNER}"
SEGMENTATION = f"/api/v1/segmentation/{BANNER}"
#: What tells of a posterior or of a policy.
SECRET = {"alpha", "beta", "weights", "mean_by_segment", "covariance", "propensities", "propensity", "best", "state"}
BY_SOURCE = {"mode": "manual", "segment_by": ["source"], "min_samples_per_segment": 50}
#: Another variant is the better one in each source.
RATES = {"ads": (0.1, 0.4), "mail": (0.4, 0.1)}


def keys_of(value: Json) -> Iterator[str]:
    match value:
        case dict():
            yield from value
            for each in value.values():
                yield from keys_of(each)
        case list():
            for each in value:
                yield from keys_of(each)


async def test_before_anything_is_known_figures_are_null_and_it_is_said_what_is_missing(
    admin: httpx.AsyncClient,
) -> None:
    await created(admin, "experiments", banner())
    first = (await admin.get(f"{EXPERIMENT}/results")).json()  # nobody has refreshed it: it is made for who asks
    assert (first["status"], first["results"]["units"]) == ("running", 0)
    assert (await admin.get(f"{SEGMENTATION}/segments")).json() == []
    refreshed = await admin.post(f"{EXPERIMENT}/refresh")
    assert refreshed.json() == (await admin.get(f"{EXPERIMENT}/results")).json()
    told = refreshed.json()
    assert told["note"].startswith("Not yet known. plain: 0 of 40 rewarded units, 0 of 40 unrewarded units, 0 of 400")
    assert (told["results"]["contrasts"], told["results"]["verdict"]["verdict"]) == ([], "go_on")
    assert {told["results"][name]["lift"] for name in ("lift_over_uniform", "lift_over_holdout")} == {None}
    metrics = (await admin.get(f"{SEGMENTATION}/metrics")).json()
    assert metrics == {
        "mode": "disabled", "segments_count": 0, "avg_lift": None, "avg_lift_status": "not_yet_known",
        "avg_lift_interval": None, "best_segment": None,
        "note": "It has no segments: there is nothing to compare with one variant for all.",
    }  # fmt: skip


async def test_an_experiment_that_has_ended_promises_no_more_than_its_last_report(admin: httpx.AsyncClient) -> None:
    await created(admin, "experiments", banner(status="draft"))
    assert "has not been started" in (await admin.get(f"{EXPERIMENT}/results")).json()["note"]
    await admin.post(f"{EXPERIMENT}/start")
    await admin.post(f"{EXPERIMENT}/stop")
    assert (await admin.get(f"{EXPERIMENT}/results")).json()["note"].startswith("Not yet known. plain: 0 of 40")
    last = await admin.post(f"{EXPERIMENT}/refresh")
    assert (last.status_code, last.json()["status"]) == (200, "stopped")
    assert last.json()["note"].endswith("It has ended: what came before the end is all that there is.")


async def test_results_tell_the_lift_of_segments_with_intervals_and_nothing_of_what_is_believed(
    admin: httpx.AsyncClient, application: Application, database: Dsns, namespace: Namespace
) -> None:
    await created(admin, "experiments", banner(segmentation=BY_SOURCE))
    plant(database.superuser, namespace, BANNER, RATES, 500, segments=True)
    await admin.post(f"{EXPERIMENT}/refresh")  # units that come now show what is gained by what is known
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        [first] = await session.policies(BANNER)
    shares = {source: first.policy.propensities(f"source:{source}") for source in RATES}
    plant(database.superuser, namespace, BANNER, RATES, 20_000, segments=True, version=1, shares=shares)
    told = (await admin.post(f"{EXPERIMENT}/refresh")).json()
    metrics = (await admin.get(f"{SEGMENTATION}/metrics")).json()
    segments = (await admin.get(f"{SEGMENTATION}/segments")).json()
    assert told["note"] == ""
    assert (metrics["mode"], metrics["segments_count"], metrics["avg_lift_status"]) == ("manual", 2, "better")
    assert metrics["avg_lift_interval"]["low"] < 0.6 * 40 / 42 < metrics["avg_lift_interval"]["high"]
    assert told["results"]["verdict"]["verdict"] == "go_on"  # no variant is the better one for all, and segments gain
    assert metrics["avg_lift"] == told["results"]["lift_of_segments"]["share"]
    assert metrics["best_segment"]["name"] in {"source ads", "source mail"}
    assert metrics["best_segment"]["lift_interval"]["low"] > 0
    assert {each["segment_key"]: each["allocations"] for each in segments} == {
        "source:ads": 21_000,
        "source:mail": 21_000,
    }
    assert segments[0]["interval"]["low"] < segments[0]["conversion_rate"] < segments[0]["interval"]["high"]
    assert not SECRET & {*keys_of(told), *keys_of(metrics), *keys_of(segments)}


async def test_an_experiment_without_segments_shows_what_is_observed_of_sources_and_devices(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    await created(admin, "experiments", banner())
    plant(database.superuser, namespace, BANNER, RATES, 100)
    await admin.post(f"{EXPERIMENT}/refresh")
    segments = (await admin.get(f"{SEGMENTATION}/segments")).json()
    assert [(each["segment_key"], each["allocations"], each["insight_only"]) for each in segments] == [
        ("source:ads", 200, True), ("source:mail", 200, True), ("device:desktop", 400, True)
    ]  # fmt: skip


async def test_assignments_are_exported_to_administrators_with_probabilities_and_rewards(
    admin: httpx.AsyncClient, make_client: MakeClient, application: Application, namespace: Namespace
) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await declare(session, banner(forced={"u7": "bold"}))
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        variants = await meet(session, [*USERS, "alone"], everywhere(plain=1.0, bold=0.0))
        await share(session, USERS)
    rows = [json.loads(line) for line in (await admin.get(f"{EXPERIMENT}/assignments")).text.splitlines()]
    assert [each["user_identifier"] for each in rows] == USERS
    assert [each["variant_id"] for each in rows] == list(variants)[:10]
    assert [each["reward"] for each in rows] == [float(each == "plain") for each in variants[:10]]
    assert [each["propensities"] for each in rows if not each["forced"]] == [{"plain": 0.5, "bold": 0.5}] * 9
    assert (rows[7]["forced"], rows[7]["propensities"]) == (True, {"plain": 0.0, "bold": 1.0})
    assert rows[0]["context"]["source"] == "ads"
    asked: dict[str, Any] = {"format": "csv", "after": "u4", "limit": 2}
    page = await admin.get(f"{EXPERIMENT}/assignments", params=asked)
    assert page.headers["content-type"] == "text/csv; charset=utf-8"
    cells = list(csv.DictReader(io.StringIO(page.text)))
    found = [(each["user_identifier"], json.loads(each["propensities"])) for each in cells]
    assert found == [(each, {"plain": 0.5, "bold": 0.5}) for each in ("u5", "u6")]
    for name, value in {"metric": "clicks", "after": "u\0"}.items():
        wrong = await admin.get(f"{EXPERIMENT}/assignments", params={name: value})
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, f"/query/{name}")
    assert (await admin.get("/api/v1/experiments/none/assignments?format=csv")).status_code == 404
    for role in (Role.SERVICE, Role.MONITOR, Role.CLIENT, Role.READER):
        client = await make_client(role)
        assert {(await client.get(f"{EXPERIMENT}/{each}")).status_code for each in ("assignments", "results")} == {403}
        assert (await client.post(f"{EXPERIMENT}/refresh")).status_code == 403


async def test_figures_of_experiments_are_counted(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    await created(admin, "experiments", banner())
    plant(database.superuser, namespace, BANNER, RATES, 100)
    await admin.post(f"{EXPERIMENT}/refresh")
    found: dict[tuple[str, ...], float] = {}

    async def are_told() -> bool:
        found.update(read((await admin.get("/metrics")).text))
        return ("tessella_experiment_units", BANNER, namespace) in found

    await eventually(are_told, "the figures of the experiment are told")
    assert found["tessella_experiment_units", BANNER, namespace] == 400
    for name in ("policy_age_seconds", "report_age_seconds", "refresh_seconds"):
        assert 0 <= found[f"tessella_experiment_{name}", BANNER, namespace] < 60
