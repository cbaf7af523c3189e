"""The worker as a process: killed in the middle of its work, by the database's end, and asked to end."""

import asyncio
import select
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from tessella.cli.jobs_process import JobsPlan, jobs_spec
from tessella.domain.definitions import Kind
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, SubjectId
from tessella.ports import Session
from tessella.ports.jobs import Job, RunState
from tessella.processes.child import Child
from tests.database import Dsns, eventually, publish, until
from tests.jobs.conftest import finished, in_state

pytestmark = pytest.mark.anyio

SPEND = {"name": "user.spend", "type": "number", "kind": {"kind": "sum", "field": "value"}}
THEN = Instant(1_767_225_600_000_000)


@contextmanager
def facts_locked(database: Dsns) -> Iterator[None]:
    """Nobody can store facts, so a computation waits right before its effect."""
    with psycopg.connect(database.superuser) as connection:
        connection.execute("LOCK TABLE tessella.subject_facts IN EXCLUSIVE MODE")
        yield
        connection.rollback()


@asynccontextmanager
async def child(database: Dsns, home: Path) -> AsyncIterator[psutil.Process]:
    """The worker's process, killed at the end when it still runs."""
    worker = Child(jobs_spec(JobsPlan((), database.app), {"TESSELLA_HOME": str(home)}))
    before = set(psutil.Process().children())
    worker.start()
    (process,) = set(psutil.Process().children()) - before

    try:
        await asyncio.to_thread(select.select, [worker.link()], [], [], 30)
        worker.listen()
        assert worker.is_ready, worker.reason
        yield process
    finally:
        worker.signal(signal.SIGKILL)
        while worker.link() is not None:
            await asyncio.to_thread(select.select, [worker.link()], [], [], 30)
            worker.listen()


async def _prepared(session: Session) -> None:
    await publish(session, Kind.FEATURE, "user.spend", SPEND)
    await session.add_events([Event("e1", SubjectId("s"), "purchase", Instant(THEN - 1), None, 12.5, None)])


async def _killed_in_the_middle(session: Session, database: Dsns, home: Path, times: int) -> None:
    await _prepared(session)
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    with facts_locked(database):
        for number in range(1, times + 1):

            async def begun(number: int = number) -> bool:
                return (await session.run(run.run_id)).attempts == number

            async with child(database, home) as process:
                await eventually(begun, f"turn {number} has begun")
                process.kill()
    async with child(database, home):
        done = await finished(session, run)
    assert (done.state, done.attempts) == (RunState.SUCCEEDED, times + 1)
    facts = await session.stored_facts(SubjectId("s"))
    assert [(fact.value, fact.as_of) for fact in facts] == [(12.5, run.asked_at)]


async def test_a_run_whose_worker_is_killed_is_done_once_by_the_next(
    session: Session, database: Dsns, tmp_path: Path
) -> None:
    await _killed_in_the_middle(session, database, tmp_path / "home", 1)


@pytest.mark.long
async def test_a_run_whose_worker_is_killed_five_times_is_done_once(
    session: Session, database: Dsns, tmp_path: Path
) -> None:
    await _killed_in_the_middle(session, database, tmp_path / "home", 5)


async def test_a_worker_that_is_asked_to_end_puts_its_run_back(
    session: Session, database: Dsns, tmp_path: Path
) -> None:
    await _prepared(session)
    run = await session.ask_for(Job.COMPUTE_FEATURES, {})
    async with child(database, tmp_path / "home") as process:
        with facts_locked(database):
            await in_state(session, run, RunState.RUNNING)
            process.terminate()
            await until(lambda: process.status() == psutil.STATUS_ZOMBIE, "the worker has ended")
    with psycopg.connect(database.app) as connection:
        assert connection.execute("SELECT status FROM jobs.procrastinate_jobs").fetchall() == [("todo",)]
