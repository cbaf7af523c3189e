"""What is asked for at night: by a worker's clock, in every namespace that has audiences and in no other."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tessella.bootstrap import Application
from tessella.jobs.appointments import Appointment, with_experiments
from tessella.jobs.nightly import (
    Nightly,
    appointments_of,
    ask_for_calculation,
    ask_for_check,
    ask_for_watch,
    check_experiments,
)
from tessella.jobs.tasks import TASKS
from tessella.jobs.turn import Turns
from tessella.jobs.worker import Worker
from tessella.ports import Session
from tessella.ports.audiences import CalculationKind, CalculationState
from tessella.ports.jobs import Job, RunState
from tessella.settings import Settings
from tessella.storage.store import Storage
from tessella.warehouse.duckdb import DuckDBWorker
from tests.churn_model import churn_model
from tests.database import Dsns, eventually, fresh_namespace, session_of
from tests.experiments import BANNER, banner, declare
from tests.jobs.conftest import at_work, finished, working
from tests.planted import plant, traffic
from tests.usecases.audiences import calculated

pytestmark = pytest.mark.anyio

EVERY_SECOND = "* * * * * *"


async def test_audiences_are_checked_at_night_where_there_are_any(
    application: Application, storage: Storage, session: Session, tmp_path: Path
) -> None:
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    with DuckDBWorker(memory_limit="200MB", threads=1) as duckdb:
        await calculated(session, duckdb)
    nightly = Nightly(storage.ledger, application, [Appointment("nightly", EVERY_SECOND, ask_for_check)])
    assert session.caller.namespace in await storage.ledger.audience_namespaces()

    async def is_checked() -> bool:
        found, _ = await session.runs(job=Job.CHECK_CONSISTENCY, state=RunState.SUCCEEDED, limit=1, cursor=None)
        return bool(found)

    async with at_work(storage, lambda connect: Worker(connect, Turns(storage.ledger, application, TASKS), nightly)):
        await eventually(is_checked, "a check was made")
    assert len(await session.checks(10)) >= 1
    assert await (await session_of(storage, other)).runs(job=None, state=None, limit=1, cursor=None) == ([], None)


async def test_audiences_are_calculated_anew_at_night(
    application: Application, storage: Storage, session: Session
) -> None:
    with DuckDBWorker(memory_limit="200MB", threads=1) as duckdb:
        first = await calculated(session, duckdb)
    nightly = Nightly(storage.ledger, application, [Appointment("anew", EVERY_SECOND, ask_for_calculation)])

    async def is_another() -> bool:
        found = await session.calculations(1)
        return found[0].state is CalculationState.ACTIVE and found[0].version != first.version

    async with at_work(storage, lambda connect: Worker(connect, Turns(storage.ledger, application, TASKS), nightly)):
        await eventually(is_another, "another one was calculated")
    assert (await session.calculations(1))[0].kind is CalculationKind.FULL


def test_the_settings_say_when_and_whether(tmp_path: Path) -> None:
    usual = appointments_of(Settings(home=tmp_path))
    assert {each.name: each.cron for each in usual} == {
        "nightly": "17 3 * * *", "nightly_audiences": "17 2 * * *", "nightly_predictions": "17 1 * * *",
        "hourly_sources": "47 * * * *", "daily_models": "7 5 * * *", "daily_segment_stats": "37 5 * * *",
        "six_hourly_experiments": "27 */6 * * *", "nightly_taxonomies": "47 1 * * *",
        "nightly_refresh": "0 2 * * *", "cleanup": "0 3 * * *", "weekly_evaluation": "0 4 * * 1",
        "monthly_review": "0 5 1 * *", "hourly_opt_outs": "57 * * * *",
    }  # fmt: skip
    never = dict.fromkeys(
        ("nightly_refresh_schedule", "cleanup_schedule", "weekly_evaluation_schedule", "monthly_review_schedule"), ""
    )
    without = appointments_of(
        Settings(home=tmp_path, audience_calculation_hour=-1, prediction_refresh_hour=-1, **never)
    )
    assert [each.name for each in without] == [
        "nightly",
        "hourly_sources",
        "daily_models",
        "daily_segment_stats",
        "six_hourly_experiments",
        "nightly_taxonomies",
        "hourly_opt_outs",
    ]


def test_a_schedule_that_cron_would_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no schedule of cron"):
        Settings(home=tmp_path, cleanup_schedule="at three")


async def test_active_models_are_looked_at_every_day_and_without_one_nothing_is_asked_for(
    application: Application, storage: Storage, session: Session
) -> None:
    await ask_for_watch(session)
    assert await session.runs(job=Job.WATCH_MODELS, state=None, limit=1, cursor=None) == ([], None)
    stored = await session.add_model(*churn_model())
    await session.activate_model("churn", stored.manifest.version)
    await ask_for_watch(session)
    [run], _ = await session.runs(job=Job.WATCH_MODELS, state=None, limit=2, cursor=None)
    async with working(application, storage):
        done = await finished(session, run)
    assert done.state is RunState.SUCCEEDED
    assert [{**each, "as_of": ""} for each in done.result] == [
        {"model_id": "churn", "version": 1, "as_of": "", "psi": None}
    ]  # fmt: skip
    assert len(await session.drifts("churn", 1, 10)) == 1


async def test_experiments_are_checked_every_six_hours_where_there_are_any_though_one_cannot_be(
    application: Application, storage: Storage, session: Session, database: Dsns
) -> None:
    namespace, by_itself = session.caller.namespace, {"segmentation": {"enabled": False, "auto_activation": True}}
    for name in ("a-broken-one", BANNER):
        await declare(session, banner(experiment_id=name, config=by_itself))
        plant(database.superuser, namespace, name, {"ads": (0.05, 0.15), "mail": (0.15, 0.05)}, 1000)
        traffic(database.superuser, namespace, name, 1000)
    plant(database.superuser, namespace, "a-broken-one", {"ads": (0.1, 0.1)}, 10, version=7)
    every_six_hours = Appointment("experiments", EVERY_SECOND, check_experiments, with_experiments)
    await Nightly(storage.ledger, application, [every_six_hours]).ask(every_six_hours)
    found = (await session.definitions()).experiments
    assert {name: each.segmentation.segment_by for name, each in found.items()} == {
        "a-broken-one": (), BANNER: ("source",),
    }  # fmt: skip
