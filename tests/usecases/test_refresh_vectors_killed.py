"""A refresh of vectors whose process is killed goes on where it was, and what it stored before is as it was."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.usecases.personalization.refresh_vectors import refresh_vectors
from tests.database import session_of
from tests.usecases.files import at

pytestmark = [pytest.mark.anyio, pytest.mark.long]

AS_OF = at("2026-06-30T00:00:00")
NOW = Instant(AS_OF + 1)
SUBJECTS = 2_000
#: Refreshes one by one, so that there is a time between two batches in which it can be killed.
CHILD = """
import asyncio, sys
from pathlib import Path
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller
from tessella.usecases.personalization.refresh_vectors import refresh_vectors
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.database import storage_with

async def main(dsn, home, namespace, as_of, begun_at):
    async with storage_with(dsn, Path(home)) as storage:
        session = await storage.session(Caller(Namespace(namespace), Role.ADMIN))
        with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
            warehouse = DuckDBWarehouse(worker)
            moments = {"as_of": Instant(int(as_of)), "begun_at": Instant(int(begun_at))}
            await refresh_vectors(session, warehouse, batch_size=1, **moments)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_killed_run_is_gone_on_with_after_the_last_subject_that_it_stored(
    storage, namespace, warehouse, database, tmp_path
):
    session = await session_of(storage, namespace)
    events = [
        Event(f"{at}", SubjectId(f"p{at:04}"), "session_started", Instant(AS_OF - at % 30 * DAY_US + 1 - DAY_US))
        for at in range(SUBJECTS)
    ]
    await session.add_events(events)
    stored = await _killed_after_some(session, database.app, str(namespace), tmp_path)
    before = await session.vectors_of([SubjectId(f"p{at:04}") for at in range(SUBJECTS)])
    done = await refresh_vectors(session, warehouse, as_of=AS_OF, batch_size=500, begun_at=NOW)
    after = await session.vectors_of([SubjectId(f"p{at:04}") for at in range(SUBJECTS)])
    assert 0 < stored <= len(before) < SUBJECTS
    assert (done.active, done.stored, len(after)) == (SUBJECTS, SUBJECTS - len(before), SUBJECTS)
    assert {name: after[name] for name in before} == before
    assert {each.computed_at for each in after.values()} == {NOW}


async def _killed_after_some(session, dsn: str, namespace: str, folder: Path) -> int:
    """Run a refresh in a process of its own and kill it when it has stored some; how many it had then."""
    with _child(dsn, str(folder / "own"), namespace, str(AS_OF), str(NOW)) as child:
        while (last := await session.last_vector(NOW)) is None:
            assert child.poll() is None, "it ended before it had stored anything"
            await asyncio.sleep(0.01)
    return int(last.removeprefix("p")) + 1


@contextmanager
def _child(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that refreshes, and is killed at the end."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, *arguments], cwd=Path(__file__).parents[2])
    try:
        yield child
    finally:
        child.kill()
        child.wait()
