"""Ask one system, bounded in time and behind its breaker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from tessella.domain.errors import Conflict, Denied, Invalid, NotFound, TessellaError
from tessella.domain.identifiers import Instant
from tessella.usecases.taxonomy.rollout.breakers import BreakerKey, Breakers

T = TypeVar("T")

#: The caller's own mistakes: no other system would help.
_OF_CALLER: Final = (Invalid, Denied)
#: It answered that it has nothing to say, so it is well.
_NOTHING: Final = (NotFound, Conflict)


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """What came of asking: a value, or what went wrong, in words and as the error."""

    value: T | None
    problem: str = ""
    error: Exception | None = None


async def ask(
    question: Callable[[], Awaitable[T]],
    breakers: Breakers,
    key: BreakerKey,
    now: Callable[[], Instant],
    timeout_ms: int,
) -> Asked[T]:
    """Ask, and tell the breaker what came of it, and when. Raises what is wrong with the request itself.

    A system that raises whatever it may is one that failed: the other one answers in its place.
    """
    if not breakers.lets_through(key, now()):
        return Asked(None, "it has failed several times in a row and is left alone for a while")
    try:
        async with asyncio.timeout(timeout_ms / 1000):
            value = await question()
    except _OF_CALLER:
        breakers.went_well(key)
        raise
    except _NOTHING as error:
        breakers.went_well(key)
        return Asked(None, error.message, error)
    except Exception as error:  # noqa: BLE001 - a migration has to survive any failure of either system
        breakers.failed(key, now())
        return Asked(None, _problem(error, timeout_ms), error)
    breakers.went_well(key)
    return Asked(value)


def _problem(error: Exception, timeout_ms: int) -> str:
    if isinstance(error, TimeoutError):
        return f"it took longer than {timeout_ms} ms"
    return error.message if isinstance(error, TessellaError) else f"it failed: {type(error).__name__}"
