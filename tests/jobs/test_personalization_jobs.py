"""What is asked for of personalization by the clock, and models that are trained where that is switched on."""

from pathlib import Path

import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace
from tessella.jobs.personalization import personalization_appointments
from tessella.ports import Session
from tessella.ports.jobs import Job
from tessella.settings import Settings
from tessella.storage.store import Storage
from tessella.usecases.personalization.train import rehearse_training, train_models
from tests.database import Dsns, eventually, fresh_namespace, session_of, storage_with
from tests.jobs.conftest import working
from tests.personalization import declare_horoscopes, live

pytestmark = pytest.mark.anyio


async def asked(session: Session) -> set[str]:
    runs, _ = await session.runs(job=None, state=None, limit=100, cursor=None)
    return {each.job for each in runs}


async def test_refreshes_and_reviews_are_asked_for_where_there_are_scopes_and_cleanup_everywhere(
    application: Application, storage: Storage, session: Session
) -> None:
    await declare_horoscopes(session)
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    appointments = personalization_appointments(application.settings)
    assert {session.caller.namespace, other} <= set(await storage.ledger.all_namespaces())
    without = await session_of(storage, other)
    for appointment in appointments:
        await appointment.ask(session)
        await appointment.ask(without)
    assert await asked(session) == {Job.CLEANUP, Job.NIGHTLY_REFRESH, Job.EVALUATE_PERSONALIZATION}
    assert await asked(without) == {Job.CLEANUP}


async def test_no_review_is_asked_for_while_evaluations_are_switched_off(
    application: Application, session: Session
) -> None:
    await declare_horoscopes(session)
    await session.set_flags({"evaluation_metrics": False})
    for appointment in personalization_appointments(application.settings):
        await appointment.ask(session)
    assert await asked(session) == {Job.CLEANUP, Job.NIGHTLY_REFRESH}


async def test_models_are_trained_where_the_installation_and_the_namespace_switch_it_on(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home", namespace, ml_models_enabled=True) as storage:
        session = await session_of(storage, namespace)
        await declare_horoscopes(session)
        await live(session, 4)
        assert (await rehearse_training(session)).models == ("ranking_index",)
        trained = await train_models(session, as_of=session.now())
        assert (trained.done, trained.models) == (True, ("ranking_index",))
        assert [each.version for each in await session.indexes()] == [trained.version]
        await session.set_flags({"ml_models": False})
        assert not (await train_models(session, as_of=session.now())).done


def test_schedules_that_are_empty_are_never_due(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, nightly_refresh_schedule="", cleanup_schedule="15 4 * * 0")
    found = {each.name: each.cron for each in personalization_appointments(settings)}
    assert "nightly_refresh" not in found
    assert found["cleanup"] == "15 4 * * 0"


async def test_a_worker_that_lives_is_known_to_whoever_would_do_its_work(
    application: Application, storage: Storage
) -> None:
    async with working(application, storage):
        await eventually(storage.ledger.has_worker, "the worker has said that it lives")
