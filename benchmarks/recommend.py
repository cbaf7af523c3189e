"""The `recommend` benchmark: what a list of ten items out of 100,000 costs, in process and over HTTP."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.decide_http_workload import SUBJECTS, context_of, load, subject_id
from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import OPEN_CONNECTIONS, OPEN_SECONDS, Server, server_of
from benchmarks.http_server import NAMESPACE
from benchmarks.match_workload import NOW_US
from benchmarks.recommend_workload import stock
from benchmarks.timing import without_gc
from tessella.bootstrap import running
from tessella.domain.identifiers import Instant, Role
from tessella.ports import Caller, Session
from tessella.settings import Settings
from tessella.usecases import recommend
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.recommend import RecommendationRequest

RECOMMEND: Final = "/api/v1/recommend"
COUNT: Final = 5_000
ROUNDS: Final = 3
#: Subjects that are asked for in process.
_ASKED: Final = 2_000


def run() -> Iterator[Figure]:
    """A whole recommendation in process, then a server's maximum, and its latency at half of that."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        known, unknown = asyncio.run(_in_process(home))
        yield Figure("recommend: in process, the history in memory, p50", known, "ms")
        yield Figure("recommend: in process, the history read first, p50", unknown, "ms")
        with server_of(home) as server:
            yield from _measure(server)


async def _in_process(home: Path) -> tuple[float, float]:
    """Median milliseconds of a recommendation that was not made before: of known subjects, and of unknown ones."""
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(NAMESPACE)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await stock(session)
        async with application.session(Caller(NAMESPACE, Role.SERVICE)) as session:
            await _median_ms(session, range(SUBJECTS - 100, SUBJECTS), Instant(NOW_US))
            unknown, known = [], []
            for first in range(0, _ASKED, 100):  # a history stays in memory for five seconds
                subjects = range(first, first + 100)
                unknown.append(await _median_ms(session, subjects, Instant(NOW_US)))
                known.append(await _median_ms(session, subjects, Instant(NOW_US + 1)))
            return statistics.median(known), statistics.median(unknown)


async def _median_ms(session: Session, subjects: range, at: Instant) -> float:
    taken = []
    with without_gc():
        for number in subjects:
            decision = DecisionRequest(subject_id(number), context_of(load().contexts[number]), at=at)
            began = perf_counter()
            await recommend(session, RecommendationRequest(decision))
            taken.append(perf_counter() - began)
    return statistics.median(taken) * 1000


def _measure(server: Server) -> Iterator[Figure]:
    cold = server.cost(server.load(RECOMMEND, SUBJECTS, "each"))
    yield Figure("recommend: CPU of a recommendation, cold cache", cold.cpu_us, "us")
    rounds = [
        (server.cost(server.echo()), server.cost(server.load(RECOMMEND, COUNT, "zipf", each))) for each in range(ROUNDS)
    ]
    echo, ours = (statistics.median(each.cpu_us for each in side) for side in zip(*rounds, strict=True))
    yield Figure("recommend: CPU of a recommendation", ours, "us", "JSON echo", echo)
    maximum = statistics.median(recommended.per_second for _, recommended in rounds)
    yield Figure("recommend: recommendations a second, one worker, 16 connections", maximum, "/s")
    rate = maximum / 2
    asked = server.load(RECOMMEND, int(rate * OPEN_SECONDS), "zipf", ROUNDS)
    paced = server.cost(replace(asked, connections=OPEN_CONNECTIONS, rate=rate))
    yield Figure(f"recommend: p50 at {rate:.0f} a second, open loop", paced.p50_ms, "ms")
    yield Figure("recommend: p99 at half of the maximum", paced.p99_ms, "ms", goal=Goal("value", "<=", 10))
