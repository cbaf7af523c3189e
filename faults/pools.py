"""The `pools` scenario: every connection for administrators is taken by questions that do not end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from benchmarks.figure import Figure, Goal
from faults.checker import NONE, check, figures
from faults.clients import busy
from faults.connection import Connection, Lost
from faults.history import History, Timed, quantile_ms
from faults.installation import Installation

#: More than there are connections for them, in both workers.
_ADMINISTRATORS: Final = 32
_NORMAL_SECONDS: Final = 4.0
_TAKEN_SECONDS: Final = 8.0
_PATIENCE_SECONDS: Final = 30.0
_LOCK: Final = "LOCK TABLE tessella.definition_versions IN ACCESS EXCLUSIVE MODE"
_QUESTION: Final = "/api/v1/segments/segment_0/versions"


def run(installed: Installation, seed: int) -> Iterator[Figure]:
    """Administrators ask what a lock holds up, more of them than there are connections: others do not notice."""
    with installed.serving() as server:
        history, before, meanwhile, asked = asyncio.run(_run(installed, server.port, seed))
    yield from figures("pools", history, check(installed.cluster, history))
    p99 = quantile_ms(before, 0.99), quantile_ms(meanwhile, 0.99)
    yield Figure("pools: p99 of decisions before", p99[0], "ms")
    yield Figure("pools: p99 of decisions meanwhile", p99[1], "ms")
    yield Figure("pools: the same, in times normal", p99[1] / p99[0], "x", goal=Goal("value", "<=", 1.5))
    yield Figure("pools: writes put off", history.writes_put_off, "", goal=NONE)
    yield Figure("pools: administrators who were told to come again", asked[503], "", goal=Goal("value", ">=", 1))
    wrong = sum(count for status, count in asked.items() if status not in (200, 503))
    yield Figure("pools: administrators who got something else", wrong, "", goal=NONE)


async def _run(installed: Installation, port: int, seed: int) -> tuple[History, list[Timed], list[Timed], Counter[int]]:
    asked = Counter[int]()
    async with busy(port, installed.key, seed) as clients:
        await clients.until_all_are_known()
        normal_from = time.monotonic()
        await asyncio.sleep(_NORMAL_SECONDS)
        taken_from = time.monotonic()
        with installed.cluster.connect() as holder, holder.transaction():
            holder.execute(_LOCK)
            administrators = [asyncio.create_task(_ask(port, installed.key, asked)) for _ in range(_ADMINISTRATORS)]
            await asyncio.sleep(_TAKEN_SECONDS)
        given_back_at = time.monotonic()
        await asyncio.gather(*administrators)
    history = clients.history
    return history, history.decided(normal_from, taken_from), history.decided(taken_from, given_back_at), asked


async def _ask(port: int, key: str, asked: Counter[int]) -> None:
    connection = Connection(port, key, patience_seconds=_PATIENCE_SECONDS)
    status = 0
    with suppress(Lost):
        status = (await connection.request("GET", _QUESTION)).status
    asked[status] += 1
    connection.close()
