"""Systems that were asked and failed are left alone for a while: from when they failed."""

import pytest

from tessella.domain.identifiers import GameId, Instant, Namespace
from tessella.domain.taxonomy.rollout.breaker import FAILURES, OPEN_US
from tessella.domain.taxonomy.rollout.strategy import System
from tessella.usecases.taxonomy.rollout.ask import ask
from tessella.usecases.taxonomy.rollout.breakers import Breakers

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
