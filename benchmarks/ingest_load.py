"""Clients that send one event after another, each as soon as the last one was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from time import perf_counter, time_ns
from typing import Final

from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, SubjectId

CLIENTS: Final = 512
SECONDS: Final = 10.0
SUBJECTS: Final = 10_000
_WARM_UP_SECONDS: Final = 2.0
_RUNS: Final = count()

#: Sends the event of a number; returns when it is durable.
Send = Callable[[int, Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One run."""

    per_second: float
    p50_ms: float
    p99_ms: float

    @property
    def us(self) -> float:
        """Microseconds an event."""
        return 1e6 / self.per_second


def event(run: int, number: int) -> Event:
    """The event of a number: an item was bought, as a shop tells it."""
    return Event(
        f"{run}-{number:012}", SubjectId(f"subject-{number % SUBJECTS}"), "purchase", Instant(time_ns() // 1000),
        f"item-{number % 997}", number % 100 / 4, {"store_id": number % 50, "brand": "private"},
    )  # fmt: skip


async def measure(send: Send) -> Measured:
    """Let the clients send for a while, after a short one that is not measured."""
    await _load(send, _WARM_UP_SECONDS)
    return await _load(send, SECONDS)


async def _load(send: Send, seconds: float) -> Measured:
    run, numbers, taken = next(_RUNS), count(), list[float]()
    began = perf_counter()

    async def client() -> None:
        sent = perf_counter()
        while sent < began + seconds:
            number = next(numbers)
            await send(number, event(run, number))
            acknowledged = perf_counter()
            taken.append(acknowledged - sent)
            sent = acknowledged

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    elapsed = perf_counter() - began
    taken.sort()
    p50, p99 = (taken[len(taken) * share // 100] * 1000 for share in (50, 99))
    return Measured(len(taken) / elapsed, p50, p99)
