"""Clients that send one thing after another, each as soon as the last one was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Final, TypeVar

Sent = TypeVar("Sent")

_SECONDS: Final = 10.0
_WARM_UP_SECONDS: Final = 2.0
_RUNS: Final = count()

#: Makes what is sent, by the number of the run and its own: no two are the same.
Make = Callable[[int, int], Sent]
#: Sends it, with its number; returns when it is durable.
Send = Callable[[int, Sent], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Load:
    """One run."""

    per_second: float
    p50_ms: float
    p99_ms: float

    @property
    def us(self) -> float:
        """Microseconds for one."""
        return 1e6 / self.per_second


async def measure(make: Make[Sent], send: Send[Sent], clients: int) -> Load:
    """Let clients send for a while, after a shorter one that is not measured."""
    await _load(make, send, clients, _WARM_UP_SECONDS)
    return await _load(make, send, clients, _SECONDS)


async def _load(make: Make[Sent], send: Send[Sent], clients: int, seconds: float) -> Load:
    run, numbers, taken = next(_RUNS), count(), list[float]()
    began = perf_counter()

    async def client() -> None:
        sent = perf_counter()
        while sent < began + seconds:
            number = next(numbers)
            await send(number, make(run, number))
            acknowledged = perf_counter()
            taken.append(acknowledged - sent)
            sent = acknowledged

    await asyncio.gather(*(client() for _ in range(clients)))
    elapsed = perf_counter() - began
    taken.sort()
    p50, p99 = (taken[len(taken) * share // 100] * 1000 for share in (50, 99))
    return Load(len(taken) / elapsed, p50, p99)
