"""What is asked for at night: by a worker's clock, in every namespace that has audiences and in no other."""

from pathlib import Path

import pytest

from tessella.bootstrap import Application
from tessella.jobs.nightly import Nightly
from tessella.jobs.tasks import TASKS
from tessella.jobs.turn import Turns
from tessella.jobs.worker import Worker
from tessella.ports import Session
from tessella.ports.jobs import Job, RunState
from tessella.storage.store import Storage
from tessella.warehouse.duckdb import DuckDBWorker
from tests.database import eventually, fresh_namespace, session_of
from tests.jobs.conftest import at_work
from tests.usecases.audiences import calculated

pytestmark = pytest.mark.anyio

EVERY_SECOND = "* * * * * *"


async def test_audiences_are_checked_at_night_where_there_are_any(
    application: Application, storage: Storage, session: Session, tmp_path: Path
) -> None:
    other = fresh_namespace()
    await storage.create_namespace(other)
    with DuckDBWorker(memory_limit="200MB", threads=1) as duckdb:
        await calculated(session, duckdb)
    nightly = Nightly(storage.ledger, application, EVERY_SECOND)
    assert session.caller.namespace in await storage.ledger.audience_namespaces()

    async def is_checked() -> bool:
        found, _ = await session.runs(job=Job.CHECK_CONSISTENCY, state=RunState.SUCCEEDED, limit=1, cursor=None)
        return bool(found)

    async with at_work(storage, lambda connect: Worker(connect, Turns(storage.ledger, application, TASKS), nightly)):
        await eventually(is_checked, "a check was made")
    assert len(await session.checks(10)) >= 1
    assert await (await session_of(storage, other)).runs(job=None, state=None, limit=1, cursor=None) == ([], None)
