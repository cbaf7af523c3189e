"""Systems that were asked and failed are left alone for a while: from when they failed."""

import asyncio

import pytest

from tessella.domain.identifiers import GameId, Instant, Namespace, SubjectId
from tessella.domain.notices.urls import Reach
from tessella.domain.taxonomy.rollout.breaker import FAILURES, OPEN_US
from tessella.domain.taxonomy.rollout.strategy import System
from tessella.notify.legacy import HttpLegacy
from tessella.usecases.taxonomy.rollout.ask import ask
from tessella.usecases.taxonomy.rollout.breakers import Breakers
from tests.receivers import receiver

pytestmark = pytest.mark.anyio

LEGACY = Namespace("shop"), GameId("arena"), System.LEGACY


async def test_a_system_is_left_alone_from_when_it_failed_and_not_from_when_it_was_asked():
    """A time-out may be longer than it is left alone."""
    breakers, clock = Breakers(), iter(range(0, 100 * OPEN_US, OPEN_US))

    async def late():
        raise TimeoutError

    for _ in range(FAILURES):
        told = await ask(late, breakers, LEGACY, lambda: Instant(next(clock)), 60_000)
    assert told.problem == "it took longer than 60000 ms"
    failed_at = (2 * FAILURES - 1) * OPEN_US
    assert not breakers.lets_through(LEGACY, Instant(failed_at + OPEN_US - 1))
    assert breakers.lets_through(LEGACY, Instant(failed_at + OPEN_US))


async def test_a_system_that_hung_for_many_at_once_is_asked_again_when_it_answers():
    answers = [None]

    async def asked(seconds: float) -> object:
        async with asyncio.timeout(seconds):
            return await system.categorize(SubjectId("anna"), GameId("arena"))

    async with receiver(lambda: answers[0]) as web:
        system = HttpLegacy(f"http://127.0.0.1:{web.port}", Reach.ANYWHERE)
        given_up = await asyncio.gather(*(asked(0.1) for _ in range(150)), return_exceptions=True)
        assert {type(each) for each in given_up} == {TimeoutError}
        answers[0] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
        assert await asyncio.gather(*(asked(20) for _ in range(40))) == [{}] * 40
        await system.close()
