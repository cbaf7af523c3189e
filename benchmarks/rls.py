"""The `rls` benchmark: what row security adds to the hot queries, over a million rows of 200 tenants."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, cast

import psycopg
from psycopg import AsyncConnection, Connection

from benchmarks.figure import Figure, Goal
from benchmarks.rls_rows import NAMESPACES, SUBJECTS, fill
from faults.installation import installation
from tessella.domain.identifiers import FeatureName, Namespace, Role, ScopeId, SubjectId
from tessella.storage import facts, histories
from tessella.storage.connections.pipelined import pipelined
from tessella.storage.embedded.roles import APP
from tessella.storage.personalization import ranks
from tessella.storage.scope import SET_SCOPE

_ASKED: Final = 300
_ROUNDS: Final = 2_000
_SCOPE: Final = ScopeId("daily_horoscopes")
_FEATURES: Final = [FeatureName(f"user.f{number}") for number in range(1, 6)]


class Recorded(Exception):
    """The statement is known; nothing is answered."""


@dataclass(slots=True)
class Recorder:
    """Takes the statement that a repository would send."""

    sql: str = ""
    parameters: Any = None

    async def execute(self, sql: str, parameters: Any = None, **_: object) -> None:
        """Keep it. Raises `Recorded`."""
        self.sql, self.parameters = sql, parameters
        raise Recorded


#: What a request asks of one subject: how the repository sends it.
Asks = Callable[[Any, Namespace, SubjectId], Awaitable[object]]
HOT: Final[Mapping[str, Asks]] = {
    "settings and facts": lambda to, namespace, subject: facts.send_for_subjects(to, namespace, [subject]),
    "a history": lambda to, namespace, subject: histories.send_for_histories(to, namespace, [subject]),
    "a vector and its ranking": lambda to, namespace, subject: ranks.kept_ranking(to, namespace, subject, _SCOPE),
    "the last moment of 5,000 facts": lambda to, namespace, _: facts.facts_as_of(to, namespace, _FEATURES),
}


def run() -> Iterator[Figure]:
    """Execution times of hot queries under the policies and with an explicit WHERE alone; and what a scope costs."""
    with installation() as installed:
        with installed.cluster.connect() as superuser:
            fill(superuser)
        app = installed.cluster.dsn(user=APP)
        with psycopg.connect(installed.cluster.dsn()) as free, psycopg.connect(app) as bound:
            for name, ask in HOT.items():
                under, without = asyncio.run(_execution(free, bound, ask))
                yield Figure(f"rls: {name}", under, "ms", "an explicit WHERE alone", without)
                yield Figure(f"rls: {name}, in times that", under / without, "x", goal=Goal("value", "<=", 1.1))
        scoped, bare = asyncio.run(_round_trips(app, installed.cluster.dsn()))
        yield Figure("rls: a query in a transaction of a scope, pipelined", scoped, "ms", "the query alone", bare)
        yield Figure("rls: what transaction and scope add", scoped - bare, "ms", goal=Goal("value", "<=", 0.25))


async def _execution(free: Connection[Any], bound: Connection[Any], ask: Asks) -> tuple[float, float]:
    """Medians of the server's execution time in ms: under the policies, and by a role that passes them by."""
    chosen, under, without = random.Random(7), [], []
    for _ in range(_ASKED):
        namespace, subject = _somebody(chosen)
        recorder = Recorder()
        with suppress(Recorded):
            await ask(recorder, namespace, subject)
        bound.execute(SET_SCOPE, [namespace, Role.SERVICE, ""])
        under.append(_explained(bound, recorder))
        without.append(_explained(free, recorder))
        bound.rollback()
        free.rollback()
    return statistics.median(under), statistics.median(without)


def _explained(connection: Connection[Any], asked: Recorder) -> float:
    sql = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {asked.sql}"
    times = [cast(Any, connection.execute(sql, asked.parameters).fetchone())[0][0] for _ in range(3)]
    return min(float(each["Execution Time"]) for each in times)


async def _round_trips(app: str, superuser: str) -> tuple[float, float]:
    """Medians in ms, as a client sees them, of a query in a transaction of a scope, and of the query alone."""
    ask, chosen = HOT["settings and facts"], random.Random(11)
    scoped, bare = [], []
    async with (
        await AsyncConnection.connect(app, autocommit=True) as bound,
        await AsyncConnection.connect(superuser, autocommit=True) as free,
    ):
        for _ in range(_ROUNDS):
            namespace, subject = _somebody(chosen)
            began = time.perf_counter()
            async with pipelined(bound):
                await bound.execute(SET_SCOPE, [namespace, Role.SERVICE, ""])
                cursor = cast(Any, await ask(bound, namespace, subject))
                await cursor.fetchall()
            between = time.perf_counter()
            await cast(Any, await ask(free, namespace, subject)).fetchall()
            scoped.append(between - began)
            bare.append(time.perf_counter() - between)
    return statistics.median(scoped) * 1000, statistics.median(bare) * 1000


def _somebody(chosen: random.Random) -> tuple[Namespace, SubjectId]:
    return Namespace(f"tenant-{chosen.randrange(NAMESPACES)}"), SubjectId(f"subject-{chosen.randrange(SUBJECTS)}")
