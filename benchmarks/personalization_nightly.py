"""A night over a million subjects: vectors from their events, and the rankings of two scopes for each."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from time import perf_counter
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from benchmarks.personalization_refresh import ADMIN, EVENTS_EACH, NAMESPACE, SUBJECTS, fill
from benchmarks.personalization_workload import define, store_signs
from benchmarks.processes import PeakOfChildren, peak_mib
from tessella.bootstrap import running_on
from tessella.ports.clock import present
from tessella.settings import Settings
from tessella.usecases.personalization.nightly import NightlyRefresh, nightly_refresh

_SCOPES: Final = 2


def figures() -> Iterator[Figure]:
    """All that `nightly_refresh` does, in batches as they are set."""
    with own_database() as (dsn, settings):
        seconds, done, own_mib, worker_mib = asyncio.run(_measure(dsn, settings))
    events = SUBJECTS * EVENTS_EACH
    name = f"personalization: a night, {done.vectors.active:,} subjects, {events:,} events, {done.rankings:,} rankings"
    yield Figure(name, seconds, "s", goal=Goal("value", "<=", 300))
    yield Figure("personalization: a night, memory of the process", own_mib, "MiB")
    yield Figure("personalization: a night, memory of DuckDB beside it", worker_mib, "MiB")


async def _measure(dsn: str, settings: Settings) -> tuple[float, NightlyRefresh, float, float]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(NAMESPACE)
        await asyncio.to_thread(fill, dsn)
        async with application.session(ADMIN) as session:
            await define(session)
            await store_signs(session, SUBJECTS)
        async with application.session(ADMIN) as session:
            with application.warehouse() as warehouse, PeakOfChildren() as children:
                start, now = perf_counter(), present()
                batch = settings.feature_refresh_batch_size
                done = await nightly_refresh(session, warehouse, as_of=now, begun_at=now, batch_size=batch)
                seconds = perf_counter() - start
    if done is None or done.rankings != done.vectors.active * _SCOPES:
        raise AssertionError(f"not everybody's rankings were made: {done}")
    return seconds, done, peak_mib(os.getpid()), children.mib
