"""The one worker that answers questions about audiences: late to start, polite, bounded, and gone when nobody asks."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tessella.domain.errors import AudienceBusy, AudienceTooWide, AudienceUnread, QueryTimedOut, WorkerLost
from tessella.settings import Settings
from tessella.warehouse.audiences import AudienceReader

pytestmark = pytest.mark.anyio

ENDLESS = "SELECT count(*) FROM range(10_000_000) a, range(10_000_000) b WHERE a.range * b.range % 7 = 3"
Make = Callable[..., AudienceReader]


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not come to be in ten seconds.")


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[AudienceReader] = []

    def make(idle_seconds: float = 120.0, **settings: object) -> AudienceReader:
        made.append(AudienceReader(Settings(home=tmp_path, **settings), idle_seconds))
        return made[-1]

    yield make
    for each in made:
        await each.close()


async def test_the_worker_starts_with_the_first_question_and_stands_back(make: Make) -> None:
    reader = make()
    assert reader.pid is None
    assert await reader.rows("SELECT $n + 1", {"n": 1}) == [(2,)]
    assert os.getpriority(os.PRIO_PROCESS, reader.pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    assert await reader.rows("SELECT current_setting('threads')", {}) == [(1,)]


async def test_a_worker_that_nobody_asks_is_ended_and_the_next_question_starts_another(make: Make) -> None:
    reader = make(idle_seconds=0.05)
    await reader.rows("SELECT 1", {})
    first = reader.pid
    await until(lambda: reader.pid is None)
    assert await reader.rows("SELECT 2", {}) == [(2,)]
    assert reader.pid != first


async def test_a_question_too_many_is_refused_and_the_others_are_answered(make: Make) -> None:
    reader = make(audience_queue=2)
    asked = [asyncio.create_task(reader.rows("SELECT count(*) FROM range(20_000_000)", {})) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(AudienceBusy, match="2 questions"):
        await reader.rows("SELECT 1", {})
    assert await asyncio.gather(*asked) == [[(20_000_000,)]] * 3
    assert await reader.rows("SELECT 1", {}) == [(1,)]


async def test_an_endless_question_ends_by_its_timeout_and_the_next_is_answered(make: Make) -> None:
    reader = make(audience_seconds=1)
    with pytest.raises(QueryTimedOut):
        await reader.rows(ENDLESS, {})
    reader._worker._timeout_seconds = 60.0  # a busy machine takes long to start the worker of the next
    assert await reader.rows("SELECT 1", {}) == [(1,)]


async def test_a_question_beyond_the_memory_limit_fails_and_the_next_is_answered(make: Make) -> None:
    reader = make(audience_memory="50MB")
    with pytest.raises(AudienceTooWide, match="more than 50MB of memory"):
        await reader.rows("SELECT len(list(range::VARCHAR)) FROM range(100_000_000)", {})
    assert await reader.rows("SELECT 1", {}) == [(1,)]


async def test_a_file_that_cannot_be_read_is_told_without_its_path(make: Make, tmp_path: Path) -> None:
    torn = tmp_path / "audience.parquet"
    torn.write_bytes(b"PAR1" + bytes(1000) + b"PAR1")
    with pytest.raises(AudienceUnread) as refused:
        await make().rows(f"SELECT count(*) FROM read_parquet('{torn}')", {})
    assert str(tmp_path) not in refused.value.message + refused.value.hint()


async def test_a_killed_worker_fails_its_question_and_another_takes_its_place(make: Make) -> None:
    reader = make()
    await reader.rows("SELECT 1", {})
    asked = asyncio.create_task(reader.rows(ENDLESS, {}))
    await asyncio.sleep(0.1)
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(WorkerLost):
        await asked
    assert await reader.rows("SELECT 1", {}) == [(1,)]


async def test_a_worker_that_was_killed_while_nobody_asked_fails_no_question(make: Make) -> None:
    reader = make()
    await reader.rows("SELECT 1", {})
    os.kill(reader.pid, signal.SIGKILL)
    await until(lambda: reader._worker._process.poll() is not None)
    assert await reader.rows("SELECT 1", {}) == [(1,)]


async def test_closing_does_not_wait_for_an_endless_question(make: Make) -> None:
    reader = make()
    await reader.rows("SELECT 1", {})
    asked = asyncio.create_task(reader.rows(ENDLESS, {}))
    waiting = asyncio.create_task(reader.rows("SELECT 1", {}))
    await asyncio.sleep(0.1)
    await reader.close()
    outcomes = await asyncio.gather(asked, waiting, return_exceptions=True)
    assert [type(each) for each in outcomes] == [WorkerLost, asyncio.CancelledError]
