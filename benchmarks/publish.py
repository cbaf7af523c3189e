"""The `publish` benchmark: how soon another worker decides with what was published."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

from benchmarks.figure import Figure, Goal
from benchmarks.publish_watch import Watch, one_to_each_worker, watching
from faults.clients import busy
from faults.connection import Connection
from faults.history import Timed, quantile_ms
from faults.installation import Installation, installation
from faults.server import Server
from faults.workload import NAMESPACE

CHANGES: Final = 500
CUTS: Final = 10
#: Of the clients that decide and send events meanwhile.
_LOAD_PER_SECOND: Final = 300.0
_NORMAL_SECONDS: Final = 10.0
#: Between two changes.
_PAUSE_SECONDS: Final = 0.05
#: Until the workers listen again.
_CUT_PAUSE_SECONDS: Final = 2.0
_SEGMENT: Final = "/api/v1/segments/segment_150"
_COMMITTED: Final = """
SELECT version, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8
  FROM tessella.snapshot_versions WHERE namespace = %s
"""
_CUT: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tessella_app'"
_NEXT: Final = "UPDATE tessella.snapshot_versions SET version = version + 1 WHERE namespace = %s"

Database = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds from each COMMIT to the first decision of another worker; infinite where it was missed."""

    listening: Sequence[float]
    cut: Sequence[float]
    decided_before: Sequence[Timed]
    decided_meanwhile: Sequence[Timed]


def run() -> Iterator[Figure]:
    """Change one of 200 segments 500 times: from COMMIT to the first decision of another worker, also unheard."""
    with installation() as installed, installed.serving("--workers", "2") as server:
        measured = asyncio.run(_measure(installed, server))
    taken = sorted(measured.listening)
    missed = sum(each > 5 for each in (*taken, *measured.cut))
    before, meanwhile = (quantile_ms(each, 0.99) for each in (measured.decided_before, measured.decided_meanwhile))
    yield Figure("publish: COMMIT to a decision elsewhere, p50", taken[len(taken) // 2] * 1000, "ms")
    p99 = taken[len(taken) * 99 // 100] * 1000
    yield Figure("publish: COMMIT to a decision elsewhere, p99", p99, "ms", goal=Goal("value", "<=", 100))
    yield Figure(f"publish: missed of {CHANGES + CUTS}", missed, "", goal=Goal("value", "<=", 0))
    cut = max(measured.cut)
    yield Figure(f"publish: the slowest of {CUTS} while nobody listened", cut, "s", goal=Goal("value", "<=", 2))
    yield Figure("publish: p99 of decisions before", before, "ms")
    yield Figure("publish: p99 of decisions meanwhile", meanwhile, "ms")
    yield Figure("publish: the same, in times before", meanwhile / before, "x", goal=Goal("value", "<=", 2))


async def _measure(installed: Installation, server: Server) -> Measured:
    async with (
        busy(server.port, installed.key, 0, per_second=_LOAD_PER_SECOND) as clients,
        await AsyncConnection.connect(installed.cluster.dsn(), autocommit=True) as database,
    ):
        await asyncio.sleep(_NORMAL_SECONDS / 2)
        normal_from = time.monotonic()
        await asyncio.sleep(_NORMAL_SECONDS)
        began = time.monotonic()
        publisher, other = await one_to_each_worker(server, installed.key)
        async with watching(other) as watch:
            listening = [each async for each in _published(database, publisher, watch)]
            ended = time.monotonic()
            cut = [each async for each in _unheard(database, watch)]
    history = clients.history
    return Measured(listening, cut, history.decided(normal_from, began), history.decided(began, ended))


async def _published(database: Database, publisher: Connection, watch: Watch) -> AsyncIterator[float]:
    """Change the segment again and again, each time when the last change was seen."""
    segment = (await publisher.request("GET", _SEGMENT)).json()
    for number in range(CHANGES):
        answer = await publisher.request("PUT", _SEGMENT, json.dumps(_changed(segment, number)).encode())
        assert answer.status == 200, answer
        yield await _seen(database, watch)
        await asyncio.sleep(_PAUSE_SECONDS)


async def _unheard(database: Database, watch: Watch) -> AsyncIterator[float]:
    """End every connection, and commit a version before anybody listens again."""
    for _ in range(CUTS):
        await database.execute(_CUT)
        await database.execute(_NEXT, [NAMESPACE])
        yield await _seen(database, watch)
        await asyncio.sleep(_CUT_PAUSE_SECONDS)


async def _seen(database: Database, watch: Watch) -> float:
    found = await (await database.execute(_COMMITTED, [NAMESPACE])).fetchone()
    assert found is not None, "the namespace has a version"
    version, committed_at = found
    return await watch.seen_at(version) - float(committed_at)


def _changed(segment: dict[str, Any], number: int) -> dict[str, Any]:
    """Its rule with one more condition, that everybody meets: the decisions stay as they are."""
    (rule,) = segment["rules"]
    everybody = {"gte": ["user.orders_90d", -1 - number]}
    return {**segment, "rules": [{**rule, "expr": {"all": [rule["expr"], everybody]}}]}
