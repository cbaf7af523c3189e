"""The `erasure` benchmark: one subject of 100,000 is erased everywhere, and looked for everywhere."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure, Goal
from tessella.storage.embedded import SUPERUSER, start
from tessella.storage.migrations import upgrade
from tessella.usecases.privacy.erase import SETTLE_SECONDS
from tessella.usecases.verify_audit import verify_audit
from tests.audits import until_stored
from tests.database import Dsns, until
from tests.erased_world import SHOP, World, erased, one_worker, world

_SUBJECTS: Final = 100_000
_NONE: Final = Goal("value", "<=", 0)


def run() -> Iterator[Figure]:
    """One subject of 100,000, planted in every table, file and memory, is erased and looked for."""
    yield from asyncio.run(_collected())


async def _collected() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder, one_worker() as duckdb:
        home = Path(folder) / "home"
        with start(home) as server:
            upgrade(server.dsn(SUPERUSER))
            async with world(server.dsn(), home, _SUBJECTS, duckdb) as there:
                await until_stored(Dsns(server.dsn(), there.superuser), SHOP, 200)
                began = time.perf_counter()
                await erased(there, duckdb, SETTLE_SECONDS)
                took = time.perf_counter() - began
                first = Figure(f"erasure: of one among {_SUBJECTS:,}", took, "s", goal=Goal("value", "<=", 60))
                return [first, *[each async for each in _looked_for(there)]]


async def _looked_for(there: World) -> AsyncIterator[Figure]:
    await until(lambda: not any(there.found()), "nothing was found of them")
    rows, files = there.found()
    yield Figure("erasure: tables that tell of them", len(rows), "", goal=_NONE)
    yield Figure("erasure: files that tell of them", len(files), "", goal=_NONE)
    yield Figure("erasure: memories that tell of them", len(there.remembers()), "", goal=_NONE)
    verdict = await verify_audit(there.session, lambda _: None)
    yield Figure("erasure: faults of the audit's chain", verdict.fault_count, "", goal=_NONE)
    began = time.perf_counter()
    there.compact()
    yield Figure("erasure: tessella privacy compact", time.perf_counter() - began, "s")
    yield Figure("erasure: files of the database with a byte of them", len(there.raw()), "", goal=_NONE)
