"""Workers in this process, over the real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Json, Namespace
from tessella.jobs.order import Order
from tessella.jobs.tasks import TASKS
from tessella.jobs.turn import Turns
from tessella.jobs.worker import Connect, Worker
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun, RunState
from tessella.settings import Settings
from tessella.storage.jobs.queue import queue_connector
from tessella.storage.store import Storage
from tests.database import Dsns, eventually, session_of

Tasks = Mapping[str, Callable[[Order], Awaitable[Json]]]


@pytest.fixture(autouse=True)
def empty_queue(database: Dsns) -> None:
    """All tests share the queue, and a worker takes what it finds there."""
    with psycopg.connect(database.app) as connection:
        connection.execute("DELETE FROM jobs.procrastinate_jobs")


@pytest.fixture
def application(storage: Storage, tmp_path: Path) -> Application:
    return Application(Settings(home=tmp_path / "home"), storage)


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> Session:
    """The namespace's administrator."""
    return await session_of(storage, namespace)


def task(work: Callable[[Order], Awaitable[Json]]) -> Tasks:
    """What a worker does in place of computing features."""
    return {Job.COMPUTE_FEATURES: work}


@asynccontextmanager
async def working(application: Application, storage: Storage, tasks: Tasks = TASKS) -> AsyncIterator[None]:
    """A worker, for as long as the block is open."""
    async with at_work(storage, lambda connect: Worker(connect, Turns(storage.ledger, application, tasks))):
        yield


@asynccontextmanager
async def at_work(storage: Storage, build: Callable[[Connect], Worker]) -> AsyncIterator[None]:
    """A worker that the test builds, likewise."""
    worker = build(partial(queue_connector, storage.dsn))
    ready = asyncio.Event()
    running = asyncio.create_task(worker.run(ready.set))
    await ready.wait()
    try:
        yield
    finally:
        running.cancel()
        await asyncio.wait([running])


async def finished(session: Session, run: JobRun) -> JobRun:
    """The run when it is over."""
    await eventually(lambda: _is_over(session, run.run_id), "the run is over")
    return await session.run(run.run_id)


async def in_state(session: Session, run: JobRun, state: RunState) -> None:
    async def is_there() -> bool:
        return (await session.run(run.run_id)).state is state

    await eventually(is_there, f"the run is {state}")


async def _is_over(session: Session, run_id: str) -> bool:
    return not (await session.run(run_id)).state.is_open
