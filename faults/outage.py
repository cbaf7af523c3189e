"""The `outage` scenario: the database is away under 64 clients, once killed and once frozen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE, Verdict, check, figures
from faults.clients import Clients, busy
from faults.cluster import Cluster
from faults.history import History, Timed, quantile_ms
from faults.installation import Installation

_WARM_SECONDS: Final = 2.0
_NORMAL_SECONDS: Final = 4.0
#: From the return of the database until the clients leave.
_BACK_SECONDS: Final = 2.5
SHORT_SECONDS: Final = 30.0
LONG_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Outage:
    """How the database goes away, and how it comes back."""

    name: str
    begin: Callable[[Cluster], None]
    #: Returns when it is back.
    end: Callable[[Cluster], None]


OUTAGES: Final = (Outage("killed", Cluster.kill, Cluster.start), Outage("frozen", Cluster.freeze, Cluster.thaw))


@dataclass(frozen=True, slots=True)
class Outlasted:
    """One outage: when it began and ended, and what the clients saw."""

    history: History
    verdict: Verdict
    normal_from: float
    away_from: float
    back_at: float

    def normal(self) -> list[Timed]:
        """Decisions before."""
        return self.history.decided(self.normal_from, self.away_from)

    def during(self) -> list[Timed]:
        """Decisions in the outage."""
        return self.history.decided(self.away_from, self.back_at)

    def first_acknowledgement_seconds(self) -> float:
        """From the return; infinite when there was none."""
        return self.history.first_acknowledgement_after(self.back_at) - self.back_at


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """The database is away for 30 s, killed and then frozen, under load: decisions go on, writes are put off."""
    yield from _run(installed, seed, SHORT_SECONDS)


def run_long(installed: Installation, seed: int) -> Iterator[Figure]:
    """The same for 60 s each."""
    yield from _run(installed, seed, LONG_SECONDS)


def _run(installed: Installation, seed: int, seconds: float) -> Iterator[Figure]:
    with installed.serving() as server:
        for outage in OUTAGES:
            clients = busy(server.port, installed.key, seed)
            outlasted = outlast(outage, installed.cluster, clients, seconds)
            yield from _figures(f"outage, {outage.name} {seconds:.0f} s", outlasted)


def outlast(
    outage: Outage, cluster: Cluster, clients: AbstractAsyncContextManager[Clients], seconds: float,
    normal_seconds: float = _NORMAL_SECONDS,
) -> Outlasted:  # fmt: skip
    """Have the database away for so long, and check what the clients saw."""
    history, times = asyncio.run(_outlast(clients, outage, cluster, seconds, normal_seconds))
    return Outlasted(history, check(cluster, history), *times)


async def _outlast(
    clients: AbstractAsyncContextManager[Clients], outage: Outage, cluster: Cluster, seconds: float, normal: float
) -> tuple[History, tuple[float, float, float]]:
    async with clients as working:
        await asyncio.sleep(_WARM_SECONDS)
        await working.until_all_are_known()
        normal_from = time.monotonic()
        await asyncio.sleep(normal)
        away_from = time.monotonic()
        await asyncio.to_thread(outage.begin, cluster)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(outage.end, cluster)
        back_at = time.monotonic()
        await asyncio.sleep(_BACK_SECONDS)
    return working.history, (normal_from, away_from, back_at)


def _figures(name: str, outlasted: Outlasted) -> Iterator[Figure]:
    history, during = outlasted.history, outlasted.during()
    normal_p99, during_p99 = quantile_ms(outlasted.normal(), 0.99), quantile_ms(during, 0.99)
    yield from figures(name, history, outlasted.verdict)
    yield Figure(f"{name}: decisions meanwhile", len(during), "")
    yield Figure(f"{name}: decided without stored facts", history.from_request_alone, "", goal=NONE)
    yield Figure(f"{name}: connections cut", history.lost["Cut"], "", goal=NONE)
    yield Figure(f"{name}: p99 of decisions before", normal_p99, "ms")
    yield Figure(f"{name}: p99 of decisions meanwhile", during_p99, "ms")
    yield Figure(f"{name}: the same, in times normal", during_p99 / normal_p99, "x", goal=Goal("value", "<=", 1.5))
    yield Figure(f"{name}: writes put off with 503 and Retry-After", history.writes_put_off, "")
    first = outlasted.first_acknowledgement_seconds()
    yield Figure(f"{name}: first acknowledgement after return", first, "s", goal=Goal("value", "<=", 2))
