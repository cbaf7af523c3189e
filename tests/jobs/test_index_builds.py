"""Builds of the ranking index whose worker is killed: nothing of them is visible, and the next one cleans up."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import Session
from tessella.ports.indexes import IndexState
from tessella.ports.jobs import Job, RunState
from tessella.usecases import build_index
from tests.database import Dsns, eventually
from tests.jobs.conftest import finished
from tests.jobs.test_process import child

pytestmark = pytest.mark.anyio

READING = "LOCK TABLE tessella.events IN ACCESS EXCLUSIVE MODE"
PUBLISHING = "SELECT FROM tessella.ranking_indexes WHERE state = 'active' FOR UPDATE"


@contextmanager
def locked(database: Dsns, statement: str) -> Iterator[None]:
    """A build waits in the middle of its work."""
    with psycopg.connect(database.superuser) as connection:
        connection.execute(statement)
        yield
        connection.rollback()


async def killed(database: Dsns, home: Path, statement: str, waits: Callable[[], Awaitable[bool]]) -> None:
    """A worker that is killed when its build waits for a lock."""
    with locked(database, statement):
        async with child(database, home) as process:
            await eventually(waits, "it waits")
            process.kill()


async def serves(session: Session, version: str) -> bool:
    index = await session.index()
    return index is not None and index.version == version


async def test_a_build_that_is_killed_is_not_visible_and_leaves_nothing_to_the_next(
    session: Session, database: Dsns, tmp_path: Path
) -> None:
    home, folder = tmp_path / "home", tmp_path / "home" / "indexes" / session.caller.namespace
    await session.put_items([Item("a"), Item("b")])
    first = (await build_index(session, as_of=Instant(7), progress=lambda _: None)).version
    run = await session.ask_for(Job.BUILD_INDEX, {})

    async def reads() -> bool:
        return IndexState.BUILDING in [each.state for each in await session.indexes()]

    async def has_written() -> bool:
        return len(list(folder.glob("*/manifest.json"))) == 2

    async def is_forgotten() -> bool:
        return [each.state for each in await session.indexes()] == [IndexState.ACTIVE]

    await killed(database, home, READING, reads)
    await eventually(is_forgotten, "it is not listed as going on")
    assert await serves(session, first)
    await killed(database, home, PUBLISHING, has_written)
    assert await serves(session, first)
    assert (folder / "active").read_text() == first, "a start without the database serves the first one too"

    async with child(database, home):
        done = await finished(session, run)
    assert (done.state, done.attempts) == (RunState.SUCCEEDED, 3), done.error
    (second, old) = await session.indexes()
    assert [(each.version, each.state) for each in (second, old)] == [
        (done.result["version"], IndexState.ACTIVE), (first, IndexState.SUPERSEDED),
    ]  # fmt: skip
    assert {path.parent.name for path in folder.glob("*/manifest.json")} == {first, second.version}
    assert list(folder.glob(".*")) == []
    await eventually(lambda: serves(session, second.version), "the new index is served")
