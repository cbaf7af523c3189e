"""The `soak` scenario: three minutes at 70 % of what the server can do, and what grows meanwhile."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure, Goal
from faults import goodbye
from faults.checker import NONE, check, figures
from faults.clients import busy
from faults.history import History, quantile_ms
from faults.installation import Installation
from faults.server import Server

_CAPACITY_SECONDS: Final = 8.0
_SHARE: Final = 0.7
_WARM_SECONDS: Final = 40.0
_SECONDS: Final = 180.0
_SAMPLE_SECONDS: Final = 1.0
#: More than all clients could ask for.
_AS_MANY_AS_CAN_BE: Final = 1e6
_MB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Sample:
    """All processes of the server at one moment."""

    minutes: float
    memory_mb: float
    descriptors: int


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Three minutes at 70 % of the maximum: neither memory nor descriptors grow, and SIGTERM cuts nobody."""
    with installed.serving() as server:
        capacity = asyncio.run(_capacity(installed, server, seed))
        yield Figure("soak: requests a second at most", capacity, "/s")
        history, samples = asyncio.run(_soak(installed, server, seed + 1, capacity * _SHARE))
        yield from _figures(history, samples)
        yield from figures("soak", history, check(installed.cluster, history))
        yield from goodbye.figures_of(goodbye.leave(installed, server))


async def _capacity(installed: Installation, server: Server, seed: int) -> float:
    async with busy(server.port, installed.key, seed, per_second=_AS_MANY_AS_CAN_BE) as clients:
        await asyncio.sleep(_CAPACITY_SECONDS)
        return _answered(clients.history) / _CAPACITY_SECONDS


async def _soak(
    installed: Installation, server: Server, seed: int, per_second: float
) -> tuple[History, Sequence[Sample]]:
    async with busy(server.port, installed.key, seed, per_second=per_second) as clients:
        await asyncio.sleep(_WARM_SECONDS)
        began, samples = time.monotonic(), list[Sample]()
        while (passed := time.monotonic() - began) < _SECONDS:
            samples.append(_sample(server, passed / 60))
            await asyncio.sleep(_SAMPLE_SECONDS)
    return clients.history, samples


def _sample(server: Server, minutes: float) -> Sample:
    processes = server.processes()
    memory = sum(each.memory_info().rss for each in processes)
    return Sample(minutes, memory / _MB, sum(each.num_fds() for each in processes))


def _figures(history: History, samples: Sequence[Sample]) -> Iterator[Figure]:
    slope = statistics.linear_regression([each.minutes for each in samples], [each.memory_mb for each in samples]).slope
    third = len(samples) // 3
    first, last = (statistics.median(each.descriptors for each in part) for part in (samples[:third], samples[-third:]))
    yield Figure("soak: requests", _answered(history), "")
    yield Figure("soak: p99 of decisions", quantile_ms(history.decisions, 0.99), "ms")
    yield Figure("soak: memory of all processes at the end", samples[-1].memory_mb, "MB")
    yield Figure("soak: its growth", slope, "MB/min", goal=Goal("value", "<=", 1))
    yield Figure("soak: descriptors at the end", last, "")
    yield Figure("soak: more of them than in the first minute", last - first, "", goal=NONE)
    yield Figure("soak: connections cut", history.lost["Cut"], "", goal=NONE)


def _answered(history: History) -> int:
    return len(history.decisions) + len(history.acknowledgements) + history.duplicates_sent
