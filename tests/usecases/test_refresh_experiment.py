"""An experiment is refreshed: what was counted becomes weights, a report, and alerts."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from tessella.domain.alerts.alert import AlertState
from tessella.domain.definitions import Kind
from tessella.domain.errors import NotRefreshed
from tessella.domain.experiments.inference.results.results import results_of
from tessella.domain.experiments.inference.results.said import ComparisonOutcome, Results
from tessella.domain.experiments.inference.results.stopping import Verdict
from tessella.domain.experiments.learning.learned import learned_policy
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.setup.experiment import ExperimentStatus
from tessella.domain.identifiers import Namespace
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.experiments.refreshing.refresh import refresh_experiment, refresh_now
from tessella.usecases.experiments.refreshing.report import Report, read_report
from tessella.usecases.experiments.results.results import experiment_results
from tests.database import Dsns, eventually, session_of, storage_with
from tests.experiments import BANNER, banner, declare, everywhere, fits, make_old, meet, reward
from tests.planted import plant

pytestmark = pytest.mark.anyio

BETTER = everywhere(plain=0.1, bold=0.2)
NEVER = everywhere(plain=0.0, bold=0.0)


async def begun(storage: Storage, namespace: Namespace, **changed: Any) -> StoredSession:
    """A session that knows the experiment."""
    await declare(await session_of(storage, namespace), banner(**changed))
    return await session_of(storage, namespace)


async def reported(session: StoredSession) -> Report:
    await refresh_experiment(session, BANNER)
    return await last_report(session)


async def last_report(session: StoredSession) -> Report:
    stored = await session.report(BANNER)
    assert stored is not None
    return read_report(stored)


async def open_alerts(session: StoredSession) -> set[tuple[str, str]]:
    found, _ = await session.alerts(state=AlertState.OPEN, limit=100, cursor=None)
    return {(each.rule, each.key) for each in found}


async def recomputed(session: StoredSession, report: Report) -> Results:
    """What the pure functions say of what is stored, as of the report's moment."""
    experiment = session.snapshot().definitions.experiments[BANNER]
    tallies = {each: await session.tally(BANNER, each) for each in ("segment", "source", "device")}
    stored = await session.report(BANNER)
    assert stored is not None
    at, known = stored.made_at, [first_policy(experiment), *await session.policies(BANNER)]
    policies = [each for each in known if each.policy.version <= report.results.policy_version]
    learned = learned_policy(experiment, tallies["segment"], policies, at, policies[-1].disabled)
    return results_of(experiment, tallies, policies, learned, at)


async def test_the_better_variant_gets_more_whatever_comes_late_or_twice(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await begun(storage, namespace, segmentation={"mode": "manual", "segment_by": ["source"]})
    users = [f"u{number}" for number in range(2_600)]
    await meet(session, users, BETTER)
    make_old(database.superuser, namespace)
    done = await asyncio.gather(*(refresh_experiment(session, BANNER) for _ in range(2)))
    assert [each is None for each in done].count(True) == 1  # the other was at it
    first = await last_report(session)
    assert (first.results.units, first.results.mature_units) == (len(users), len(users))
    [policy] = await session.policies(BANNER)
    assert session.policy(session.snapshot().definitions.experiments[BANNER]) == policy.policy
    assert policy.policy.propensities("source:ads")[1] > 0.8
    assert await recomputed(session, first) == first.results
    assert {each.segment_key: each.allocations for each in first.segments} == {"source:ads": 1300, "source:mail": 1300}
    for each, rate in zip(first.results.variants, (0.1, 0.2), strict=True):
        assert each.value is not None
        assert fits(each.value.interval.low, each.value.interval.high, rate)
    later = [f"v{number}" for number in range(400)]
    given = Counter(await meet(session, later, BETTER))
    assert given["bold"] > 3 * given["plain"]
    await reported(session)
    before = await reported(session)
    assert await reward(session, users[:400]) == {"late", "duplicate"}
    after = await reported(session)
    assert like(before) == like(after)


async def test_who_asks_before_the_first_report_or_while_one_is_made_is_told_all_that_was_counted(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await begun(storage, namespace)
    plant(database.superuser, namespace, BANNER, {"ads": (0.1, 0.2)}, 500)
    async with session.refreshing(BANNER) as is_ours:
        assert is_ours
        asked = asyncio.gather(*(experiment_results(session, BANNER) for _ in range(3)))
        await asyncio.sleep(0.3)
        assert not asked.done()  # it is another's turn
    assert [each.results and each.results.units for each in await asked] == [1_000] * 3
    plant(database.superuser, namespace, BANNER, {"ads": (0.1, 0.2)}, 500)
    await asyncio.gather(refresh_experiment(session, BANNER), refresh_now(session, BANNER))
    assert (await last_report(session)).results.units == 2_000


def like(report: Report) -> Any:
    """Without the moment, and what depends on it."""
    results = msgspec.structs.replace(report.results, segments=())
    return msgspec.structs.replace(report, results=results, refresh_seconds=0.0)


async def test_a_harmful_variant_gets_nobody_any_more_but_not_while_an_alarm_holds(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await begun(storage, namespace)
    plant(database.superuser, namespace, BANNER, {"ads": (0.5, 0.2)}, 1500)
    await more_units(database, namespace, 400)
    held = (await reported(session)).results.verdict
    assert (held.verdict, held.harmful, held.is_held_back) == (Verdict.GO_ON, (), True)
    assert await open_alerts(session) == {("experiment_sample_ratio", BANNER)}
    held_back = (await session.policies(BANNER))[-1]
    assert held_back.disabled == set()
    assert min(held_back.policy.propensities("default")) > 0
    await more_units(database, namespace, -400)
    judged = (await reported(session)).results.verdict
    assert (judged.harmful, judged.is_held_back) == (("bold",), False)
    assert await open_alerts(session) == set()
    newest = (await session.policies(BANNER))[-1]
    assert newest.disabled == {"bold"}
    assert newest.policy.propensities("default") == (1.0, 0.0)
    assert set(await meet(session, [f"v{number}" for number in range(40)], NEVER)) == {"plain"}
    assert (await reported(session)).results.verdict.harmful == ("bold",)
    await declare(session, banner(stopping={"stop_harmful": False}))
    await reported(await session_of(storage, namespace))
    assert (await session.policies(BANNER))[-1].disabled == set()


async def test_a_guardrail_that_breaks_is_told_until_it_holds_again(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    metrics = [{"name": "clicks"}, {"name": "conversion", "margin": 0.1}]
    session = await begun(storage, namespace, metrics=metrics)
    plant(database.superuser, namespace, BANNER, {"ads": (0.5, 0.2)}, 1500)
    broken = (await reported(session)).results
    assert [(each.metric, each.variant_id, each.told) for each in broken.guardrails] == [
        ("conversion", "bold", ComparisonOutcome.WORSE)
    ]
    assert not broken.gate.is_open  # nobody has clicked
    assert await open_alerts(session) == {("experiment_guardrail", BANNER)}
    plant(database.superuser, namespace, BANNER, {"ads": (0.2, 0.5)}, 3000)
    await reported(session)
    assert await open_alerts(session) == set()


async def test_an_experiment_that_has_had_its_units_is_stopped_and_the_history_says_why(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await begun(storage, namespace, stopping={"max_units": 200})
    plant(database.superuser, namespace, BANNER, {"ads": (0.5, 0.5)}, 100)
    assert (await reported(session)).results.verdict.is_over
    again = await session_of(storage, namespace)
    assert again.snapshot().definitions.experiments[BANNER].status is ExperimentStatus.STOPPED
    [publish] = await again.publishes(limit=1, below=None)
    assert publish.comment == "banner has had 200 units: it was stopped by its own rule."
    assert (await reported(again)).results.verdict.is_over


async def test_what_came_before_the_end_is_in_a_last_report_as_of_the_end_that_publishes_no_policy(
    storage: Storage, database: Dsns, namespace: Namespace
) -> None:
    session = await begun(storage, namespace, status="draft")
    with pytest.raises(NotRefreshed, match="draft"):
        await refresh_experiment(session, BANNER)
    await begun(storage, namespace)
    session = await begun(storage, namespace, status="stopped")
    plant(database.superuser, namespace, BANNER, {"ads": (0.1, 0.9)}, 1500)
    session = await begun(storage, namespace, status="archived", name="Kept")
    report = await reported(session)
    assert (report.results.units, report.results.verdict.winner) == (3000, "bold")
    assert (report.results.policy_version, await session.policies(BANNER)) == (0, [])
    _, stopped, *_ = await session.versions(Kind.EXPERIMENT, BANNER, limit=10, below=None)
    stored = await session.report(BANNER)
    assert stored is not None
    assert stored.made_at == stopped.changed_at


async def test_of_many_sources_the_largest_are_reported_and_the_others_together(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await begun(storage, namespace)
    plant(database.superuser, namespace, BANNER, {f"source-{at:02}": (0.1, 0.2) for at in range(52)}, 10)
    plant(database.superuser, namespace, BANNER, {"ads": (0.1, 0.2)}, 500)
    report = await reported(session)
    found = {each.segment_key: each.allocations for each in report.observed["source"]}
    assert (len(found), found["source:ads"], found["source:source-48"], found["source:other"]) == (51, 1_000, 20, 60)
    levels = [each.level for each in report.results.sample_ratios if each.dimension == "source"]
    assert (len(levels), "other" in levels) == (51, True)


async def test_units_are_assigned_while_nobody_refreshes_and_every_process_that_answers_says_so(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path, namespace, experiment_refresh_seconds=0.1) as storage:
        session = await begun(storage, namespace)

        async def is_said() -> bool:
            return await open_alerts(session) == {("experiment_stale", BANNER)}

        async def is_taken_back() -> bool:
            await refresh_experiment(session, BANNER)
            return await open_alerts(session) == set()

        await eventually(is_said, "the alert is raised")
        assert len(set(await meet(session, [f"u{number}" for number in range(40)], NEVER))) == 2
        await eventually(is_taken_back, "the alert is resolved")


async def more_units(database: Dsns, namespace: Namespace, units: int) -> None:
    """Change how many of the planted units have got the second variant, past everything that counts them."""
    planted = "namespace = %s AND variant = 1 AND cohort = to_timestamp(0)"
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            f"UPDATE tessella.experiment_units SET units = units + %s WHERE {planted}", [units, namespace]
        )
