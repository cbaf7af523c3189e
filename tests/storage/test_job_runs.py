"""Runs of jobs are kept with their inputs, progress and result."""

from uuid import uuid4

import pytest

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Namespace
from tessella.storage import job_runs
from tessella.storage.database import Database
from tessella.storage.scope import system
from tessella.storage.store import Storage
from tests.database import Dsns

pytestmark = pytest.mark.anyio


async def test_a_run_reports_its_progress_and_then_its_result(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    requests = Database(database.app, connections=1)
    await requests.open()
    run_id = uuid4()
    async with requests.transaction(system(namespace)) as connection:
        await job_runs.add_run(connection, namespace, run_id, "import", {"path": "x.csv"})
        await job_runs.report(connection, namespace, run_id, state="running", progress=0.5)
        running = await job_runs.get_run(connection, namespace, run_id)
        await job_runs.report(connection, namespace, run_id, state="succeeded", progress=1, result={"rows": 3})
        done = (await job_runs.latest_runs(connection, namespace, 10))[0]
    await requests.close()
    assert (running.job, running.inputs, running.state, running.progress) == (
        "import",
        {"path": "x.csv"},
        "running",
        0.5,
    )
    assert (done.run_id, done.state, done.result) == (str(run_id), "succeeded", {"rows": 3})


async def test_a_run_that_does_not_exist_is_not_found(storage: Storage, namespace: Namespace, database: Dsns) -> None:
    requests = Database(database.app, connections=1)
    await requests.open()
    with pytest.raises(NoSuch):
        async with requests.transaction(system(namespace)) as connection:
            await job_runs.get_run(connection, namespace, uuid4())
    await requests.close()
