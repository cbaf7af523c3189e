"""Calculations of audiences whose worker is killed: nothing of them is visible, and the next one cleans up."""

from pathlib import Path

import pytest

from tessella.ports import Session, StoredFact
from tessella.ports.audiences import CalculationKind, CalculationState
from tessella.ports.jobs import Job, RunState
from tessella.warehouse.duckdb import DuckDBWorker
from tests.database import Dsns
from tests.jobs.conftest import finished
from tests.jobs.test_index_builds import killed
from tests.jobs.test_process import child
from tests.usecases.audiences import NOW, calculated

pytestmark = pytest.mark.anyio

READING = "LOCK TABLE tessella.subject_facts IN ACCESS EXCLUSIVE MODE"
PUBLISHING = "SELECT FROM tessella.audience_calculations WHERE state = 'active' FOR UPDATE"


async def serves(session: Session, version: str) -> bool:
    active = await session.audience()
    return active is not None and active.audience.version == version


async def test_a_calculation_that_is_killed_is_not_visible_and_leaves_nothing_to_the_next(
    session: Session, database: Dsns, tmp_path: Path
) -> None:
    home, folder = tmp_path / "home", tmp_path / "home" / "audiences" / session.caller.namespace
    await session.add_facts([StoredFact("s", "tier", "VIP", NOW)])
    with DuckDBWorker(memory_limit="500MB", threads=1) as duckdb:
        first = (await calculated(session, duckdb)).version
    run = await session.ask_for(Job.CALCULATE_AUDIENCES, {"kind": CalculationKind.FULL})

    async def reads() -> bool:
        return CalculationState.CALCULATING in [each.state for each in await session.calculations(10)]

    async def has_written() -> bool:
        return len(list(folder.glob("*/manifest.json"))) == 2

    await killed(database, home, READING, reads)
    assert await serves(session, first)
    await killed(database, home, PUBLISHING, has_written)
    assert await serves(session, first)

    async with child(database, home):
        done = await finished(session, run)
    assert (done.state, done.attempts) == (RunState.SUCCEEDED, 3), done.error
    listed = await session.calculations(10)
    assert [each.state for each in listed] == [CalculationState.ACTIVE, CalculationState.SUPERSEDED]
    assert sorted(path.name for path in folder.iterdir()) == sorted(each.version for each in listed)
