"""Figures, evaluations and refreshes of personalization over HTTP: what administrators ask for, and nobody else."""

import re
from http import HTTPStatus

import pytest

from tessella.domain.alerts.alert import AlertState
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Role
from tessella.domain.privacy.consent import ConsentChange
from tessella.http.app import create_app
from tessella.http.metrics.watching import RankingWatch
from tessella.jobs.tasks import TASKS
from tessella.ports import Caller
from tessella.ports.jobs import Job
from tessella.ports.personalization import EvaluatedMetric, Period
from tests.database import eventually, session_of
from tests.jobs.conftest import finished, working
from tests.personalization import SCOPE, declare_horoscopes, live, subject

pytestmark = pytest.mark.anyio

#: Whether the runs of a test fail.
OVER = {Job.NIGHTLY_REFRESH: 0.0, Job.REFRESH_TAXONOMY: 1.0}


async def test_a_refresh_is_a_job_whose_figures_are_told_after_it(application, storage, namespace, admin):
    session = await session_of(storage, namespace)
    await declare_horoscopes(session)
    await live(session, 8, until=session.now())
    await session.change_consent(subject(0), ConsentChange(personalization_enabled=False))
    before = (await admin.get("/personalization/metrics")).json()
    assert (before["features"], before["evaluations"]) == (
        {"stored": 0, "active": None, "extraction_success": None, "refreshed_at": None}, [],
    )  # fmt: skip
    begun = await admin.post("/personalization/admin/refresh")
    assert begun.status_code == HTTPStatus.ACCEPTED
    assert (await admin.post("/personalization/admin/refresh")).json()["run_id"] == begun.json()["run_id"]
    async with working(application, storage, TASKS):
        await finished(session, await session.run(begun.json()["run_id"]))
        evaluated = await admin.post("/personalization/admin/evaluate?wait=true", json={"days": 7, "length": 2})
        unfit = await admin.post("/personalization/admin/evaluate", json={"days": 0})
    told = (await admin.get("/personalization/metrics/")).json()
    assert {name: told["features"][name] for name in ("stored", "active", "extraction_success")} == {
        "stored": 7, "active": 7, "extraction_success": 1.0,
    }  # fmt: skip
    assert (told["rankings"]["kept"], told["opt_outs"]) == (
        {SCOPE: 7}, {"subjects": 1, "opted_out": 1, "rate": 1.0},
    )  # fmt: skip
    assert told["jobs"]["nightly_refresh"]["state"] == "succeeded"
    assert told["jobs"]["nightly_refresh"]["seconds"] > 0
    found = {(each["metric"], each["model_version"]): each["value"] for each in evaluated.json()["figures"]}
    assert evaluated.status_code == HTTPStatus.OK
    assert (found["map", "rule_v1"], found["coverage", "rule_v1"]) == (1.0, 1.0)
    assert all(each in told["evaluations"] for each in evaluated.json()["figures"])
    assert unfit.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_the_figures_of_evaluations_are_told_one_after_the_other(storage, namespace, admin):
    session = await session_of(storage, namespace)
    days = [
        EvaluatedMetric(Instant(session.now() - ago * DAY_US), Period.NIGHTLY, "", "", "return_rate", 1 / ago, 10)
        for ago in (40, 2, 1)
    ]
    await session.add_evaluated(days)
    told = (await admin.get("/personalization/metrics/history")).json()["figures"]
    assert [each["value"] for each in told] == [1 / 40, 1 / 2, 1]
    lately = (await admin.get("/personalization/metrics/history?days=3")).json()["figures"]
    assert lately == told[1:]
    assert (await admin.get("/personalization/metrics/history?days=0")).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_hits_and_misses_of_requests_are_told(application, storage, namespace, admin):
    session = await session_of(storage, namespace)
    await declare_horoscopes(session)
    for _ in range(3):
        await admin.post("/personalization/recommend", json={"scope": SCOPE, "subject_id": "anna"})
    await admin.post("/personalization/recommend", json={"scope": SCOPE})
    told = (await admin.get("/personalization/metrics")).json()["rankings"]
    assert (told["cache_hits"], told["cache_misses"], told["cache_hit_rate"]) == (2, 1, pytest.approx(2 / 3))
    assert told["not_personal"] == {"anonymous": 1}
    exported = (await admin.get("/metrics")).text
    assert f'tessella_personalization_rankings_total{{namespace="{namespace}",outcome="cached"}} 2.0' in exported


async def test_an_evaluation_that_is_switched_off_is_refused(admin):
    await admin.post("/admin/features", json={"evaluation_metrics": False})
    refused = await admin.post("/personalization/admin/evaluate")
    assert (refused.status_code, refused.json()["detail"]) == (
        HTTPStatus.CONFLICT, "The flag evaluation_metrics is switched off.",
    )  # fmt: skip


async def test_an_evaluation_that_nobody_waits_for_is_answered_with_its_run(admin):
    begun = await admin.post("/personalization/admin/evaluate")
    assert (begun.status_code, begun.json()["job"]) == (HTTPStatus.ACCEPTED, "evaluate_personalization")
    assert begun.headers["location"].endswith(begun.json()["run_id"])


@pytest.mark.parametrize("role", [Role.MONITOR, Role.SERVICE])
async def test_only_administrators_are_told(make_client, role):
    client = await make_client(role)
    assert (await client.get("/personalization/metrics")).status_code == HTTPStatus.FORBIDDEN
    for path in ("evaluate", "refresh"):
        assert (await client.post(f"/personalization/admin/{path}")).status_code == HTTPStatus.FORBIDDEN


async def test_an_hour_in_which_most_rankings_were_computed_raises_an_alert_until_they_are_kept(application, namespace):
    metrics = create_app(application).metrics
    watch = RankingWatch(application, metrics)
    for place in range(100):
        metrics.ranked(namespace, "cached" if place % 3 == 0 else "computed")
    await watch.look()
    assert await open_alerts(application, namespace) == {"personalization_cache"}
    later = RankingWatch(application, metrics)
    application.open_alerts = lambda: {(namespace, "personalization_cache"): 1}  # its round comes every two seconds
    for _ in range(100):
        metrics.ranked(namespace, "cached")
    await later.look()
    assert await open_alerts(application, namespace) == set()


async def open_alerts(application, namespace):
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        found, _ = await session.alerts(state=AlertState.OPEN, limit=10, cursor=None)
    return {each.rule for each in found}


async def test_metrics_tell_of_the_night_and_of_jobs_and_no_share_of_a_few(application, storage, namespace, admin):
    session = await session_of(storage, namespace)
    await declare_horoscopes(session)
    await live(session, 30, until=session.now())
    run = await session.ask_for(Job.NIGHTLY_REFRESH, {})
    failing = await session.ask_for(Job.REFRESH_TAXONOMY, {"game_id": "arena"})
    for number in range(19):
        await session.change_consent(subject(number), ConsentChange(personalization_enabled=number > 0))
    async with working(application, storage, TASKS):
        await finished(session, run)
        await finished(session, failing)

    async def told() -> bool:
        found.clear()
        found.update(_figures((await admin.get("/metrics")).text, namespace))
        return failed.keys() <= found.keys() and "tessella_personalization_extraction_success" in found

    found: dict[str, float] = {}
    failed = {f'tessella_job_failed job="{job}"': told for job, told in OVER.items()}
    await eventually(told, "the figures are told")
    assert {name: found[name] for name in failed} == failed
    assert found[f'tessella_job_seconds job="{Job.NIGHTLY_REFRESH}"'] > 0
    assert found["tessella_personalization_extraction_success"] == 1.0
    assert found["tessella_personalization_active_subjects"] == 29.0
    assert "tessella_personalization_opt_out_rate" not in found


def _figures(text, namespace):
    """Those of a namespace, by name and the other label."""
    found = re.findall(rf'^(\w+){{(?:(.*),)?namespace="{namespace}"}} (.*)$', text, re.MULTILINE)
    return {f"{name} {label}".strip(): float(value) for name, label, value in found}
