"""What becomes of runs when their worker ends, loses its turn or loses the database."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.errors import NoSuch, Unavailable
from tessella.domain.identifiers import Json, Namespace, Role
from tessella.jobs.order import Order
from tessella.ports import Session
from tessella.ports.jobs import Job, RunState
from tessella.settings import Settings
from tessella.storage.errors import DatabaseAway
from tessella.storage.store import Storage
from tests.database import Dsns, link_to, scoped, session_of, storage_with, until
from tests.jobs.conftest import finished, in_state, task, working

pytestmark = pytest.mark.anyio


async def test_runs_of_one_job_in_a_namespace_take_turns(
    application: Application, storage: Storage, session: Session
) -> None:
    at_work, most = 0, 0

    async def work(_: Order) -> Json:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.1)
        at_work -= 1

    runs = [await session.ask_for(Job.COMPUTE_FEATURES, {"as_of": number}) for number in range(3)]
    async with working(application, storage, task(work)):
        assert [(await finished(session, run)).state for run in runs] == [RunState.SUCCEEDED] * 3
    assert most == 1


async def test_what_is_away_for_a_moment_is_waited_for(
    application: Application, storage: Storage, session: Session
) -> None:
    async def work(order: Order) -> Json:
        if order.attempt.number < 3:
            raise DatabaseAway("it went")
        return order.attempt.number

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        assert (await finished(session, run)).result == 3


async def test_a_run_that_ends_its_worker_each_time_comes_to_an_end(
    application: Application, storage: Storage, session: Session
) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    for _ in range(10):
        assert await storage.ledger.begin(run.run_id, "one that died") is not None
    async with working(application, storage):
        error = (await finished(session, run)).error
    assert error is not None
    assert error.message == "The worker ended 10 times while it did this."


async def test_a_worker_that_ends_gives_its_run_to_the_next(
    application: Application, storage: Storage, session: Session
) -> None:
    async def work(order: Order) -> Json:
        if order.attempt.number == 1:
            await asyncio.sleep(600)
        return order.attempt.number

    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage, task(work)):
        await in_state(session, run, RunState.RUNNING)
    async with working(application, storage, task(work)):
        assert (await finished(session, run)).result == 2


async def test_a_turn_that_was_taken_over_stores_nothing_any_more(session: Session, storage: Storage) -> None:
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    first = await storage.ledger.begin(run.run_id, "first")
    second = await storage.ledger.begin(run.run_id, "second")
    assert first is not None
    assert second is not None
    assert not await storage.ledger.pulse(first, 0.9)
    await storage.ledger.succeed(first, "of the first")
    assert await storage.ledger.pulse(second, 0.25)
    assert (await session.run(run.run_id)).progress == 0.25
    await storage.ledger.succeed(second, "of the second")
    assert (await session.run(run.run_id)).result == "of the second"


async def test_the_run_of_a_namespace_that_is_gone_is_passed_over(
    application: Application, storage: Storage, session: Session, database: Dsns
) -> None:
    gone = await session.ask_for(Job.COMPUTE_FEATURES, {"as_of": 1})
    with psycopg.connect(database.superuser) as connection:
        connection.execute("DELETE FROM tessella.job_runs WHERE run_id = %s", [gone.run_id])
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with working(application, storage):
        assert (await finished(session, run)).state is RunState.SUCCEEDED
    with pytest.raises(NoSuch):
        await session.run(gone.run_id)
    with psycopg.connect(database.app) as connection:
        left = "SELECT FROM jobs.procrastinate_jobs WHERE args ->> 'run_id' = %s"
        assert connection.execute(left, [gone.run_id]).rowcount == 0


async def test_nobody_waits_for_a_database_that_is_away(database: Dsns, tmp_path: Path, namespace: Namespace) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        await link.cut()
        with pytest.raises(Unavailable):
            await session.ask_for(Job.COMPUTE_FEATURES, {})
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        assert connection.execute("SELECT FROM tessella.job_runs").rowcount == 0


async def test_a_worker_goes_on_after_the_database_was_away(
    database: Dsns, tmp_path: Path, namespace: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(order: Order) -> Json:
        begun.set()
        await go_on.wait()
        return order.attempt.number

    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as storage:
        session = await session_of(storage, namespace)
        application = Application(Settings(home=tmp_path / "home"), storage)
        run = await session.ask_for(Job.COMPUTE_FEATURES, {})
        async with working(application, storage, task(work)):
            await begun.wait()
            await link.cut()
            await until(lambda: "jobs_interrupted" in capsys.readouterr().out, "procrastinate's own worker has ended")
            await link.mend()
            go_on.set()
            await until(lambda: storage.health().database_is_up, "the database is back")
            assert (await finished(session, run)).state is RunState.SUCCEEDED
