"""Evaluations over HTTP: made by a job, kept, read by who may."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tessella.bootstrap import Application
from tests.http.test_jobs import done

pytestmark = pytest.mark.anyio

EVALUATIONS, TUNINGS = "/api/v1/ranking/evaluations", "/api/v1/ranking/tunings"
NOWHERE = "0190a000-0000-7000-8000-000000000000"
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


async def work(admin: httpx.AsyncClient, application: Application, asked: httpx.Response) -> dict:
    """The run that was asked for, once it is over."""
    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(admin, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    return run


async def shop(admin: httpx.AsyncClient) -> None:
    """Thirty who buy the same again, and a profile."""
    await admin.post("/api/v1/items", json=[{"item_id": "a"}, {"item_id": "b"}])
    events = [
        {
            "event_id": f"{subject}-{days}", "subject_id": f"s{subject}", "event_type": "purchase",
            "item_id": "ab"[subject % 2], "occurred_at": (UNTIL - timedelta(days=days)).isoformat(),
        }
        for subject in range(30) for days in (20, 10, 3)
    ]  # fmt: skip
    assert (await admin.post("/api/v1/events", json=events)).status_code == 202
    assert (await admin.put("/api/v1/profiles/plain", json={"profile_id": "plain"})).status_code < 300


async def test_an_evaluation_is_made_apart_from_the_request_and_kept(
    admin: httpx.AsyncClient, application: Application
) -> None:
    await shop(admin)
    asked = await admin.post(EVALUATIONS, json={"until": UNTIL.isoformat(), "days": 7})
    assert (asked.status_code, asked.json()["job"]) == (202, "evaluate_ranking")
    run = await work(admin, application, asked)
    assert run["state"] == "succeeded", run
    report = (await admin.get(f"{EVALUATIONS}/{run['result']['evaluation_id']}")).json()
    assert (report["kind"], report["report"]["subjects"]) == ("evaluation", 30)
    assert report["inputs"] == {
        "cut": "2026-05-25T00:00:00+00:00", "until": "2026-06-01T00:00:00+00:00", "days": 7, "length": 10,
    }  # fmt: skip
    (listed,) = (await admin.get(EVALUATIONS)).json()["items"]
    assert listed == {name: value for name, value in report.items() if name != "report"}


async def test_a_tuning_proposes_a_profile_and_publishes_nothing(
    admin: httpx.AsyncClient, application: Application
) -> None:
    await shop(admin)
    before = (await admin.get("/api/v1/profiles/plain")).json()
    asked = await admin.post(
        TUNINGS, json={"profile_id": "plain", "until": UNTIL.isoformat(), "days": 7, "save_draft": True}
    )
    run = await work(admin, application, asked)
    assert run["state"] == "succeeded", run
    report = (await admin.get(f"{EVALUATIONS}/{run['result']['evaluation_id']}")).json()
    assert report["report"]["proposal"]["profile_id"] == "plain"
    assert (await admin.get("/api/v1/profiles/plain")).json() == before
    (draft,) = (await admin.get("/api/v1/drafts")).json()["items"]
    assert (draft["kind"], draft["identifier"]) == ("profile", "plain")


@pytest.mark.parametrize("body", [{"days": 0}, {"length": 101}, {"until": "9000-01-01T00:00:00Z"}, {"day": 3}, []])
async def test_days_that_make_no_sense_are_refused(admin: httpx.AsyncClient, body: object) -> None:
    assert (await admin.post(EVALUATIONS, json=body)).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"), [({}, 422), ({"profile_id": "none"}, 404), ({"profile_id": "none", "view": "repeats"}, 422)]
)
async def test_a_tuning_of_what_is_not_there_is_refused(admin: httpx.AsyncClient, body: object, status: int) -> None:
    assert (await admin.post(TUNINGS, json=body)).status_code == status


@pytest.mark.parametrize("evaluation_id", [NOWHERE, "newest"])
async def test_a_report_that_is_not_kept_is_said_to_be_missing(admin: httpx.AsyncClient, evaluation_id: str) -> None:
    assert (await admin.get(f"{EVALUATIONS}/{evaluation_id}")).status_code == 404
