"""The refresh of a million subjects' vectors, from events in the database to rows: a part of `personalization`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import psycopg

from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from benchmarks.processes import PeakOfChildren, peak_mib
from tessella.bootstrap import running_on
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller
from tessella.ports.clock import present
from tessella.settings import Settings
from tessella.storage.scope import SET_SCOPE
from tessella.usecases.personalization.refresh_vectors import RefreshedVectors, refresh_vectors

#: The share of the size that a run takes, to try the benchmark; figures are those of 1.
SHARE: Final = float(os.environ.get("PERSONALIZATION_SHARE", "1"))
SUBJECTS: Final = int(1_000_000 * SHARE)
EVENTS_EACH: Final = 10
NAMESPACE: Final = Namespace("readers")
ADMIN: Final = Caller(NAMESPACE, Role.ADMIN)

_TYPES: Final = """ARRAY['session_started', 'session_ended', 'content_started', 'content_completed',
    'notification_sent', 'session_started', 'session_ended', 'content_started', 'notification_sent',
    'notification_clicked']"""
#: Sessions say on what device, in which country and zone, and how long they were.
_PROPERTIES: Final = """
CASE WHEN e IN (1, 6) THEN jsonb_build_object('device_type', (ARRAY['mobile', 'desktop', 'tablet'])[1 + s % 3],
                                              'country_code', (ARRAY['US', 'FI', 'LB'])[1 + s % 3],
                                              'timezone_offset', (ARRAY[-8, 2, 3])[1 + s % 3])
     WHEN e IN (2, 7) THEN jsonb_build_object('duration_sec', 30 + (s * e) % 900) ELSE '{}' END"""
_EVENTS: Final = f"""
INSERT INTO tessella.events (namespace, event_id, subject_id, event_type, occurred_at, properties)
SELECT %(namespace)s, s || '-' || e, 'subject-' || s, ({_TYPES})[e],
       now() - ((s * 7919 + e * 104729) %% 2500000) * interval '1 second', {_PROPERTIES.replace("%", "%%")}
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS s, generate_series(1, {EVENTS_EACH}) AS e
"""
_AT_ONCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Taken:
    seconds: float
    own_mib: float
    worker_mib: float
    done: RefreshedVectors


def figures() -> Iterator[Figure]:
    """Vectors of everybody who is active, in batches of 500, as the nightly job computes them."""
    with own_database() as (dsn, settings):
        taken = asyncio.run(_measure(dsn, settings))
    name = f"personalization: vectors of {taken.done.active:,} subjects from {SUBJECTS * EVENTS_EACH:,} events"
    yield Figure(name, taken.seconds, "s", goal=Goal("value", "<=", 300))
    yield Figure("personalization: memory of the process that refreshes", taken.own_mib, "MiB")
    yield Figure(
        "personalization: memory of DuckDB beside it", taken.worker_mib, "MiB", goal=Goal("value", "<=", 2_100)
    )


async def _measure(dsn: str, settings: Settings) -> _Taken:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(NAMESPACE)
        await asyncio.to_thread(fill, dsn)
        async with application.session(ADMIN) as session:
            with application.warehouse() as warehouse, PeakOfChildren() as children:
                start, batch = perf_counter(), settings.feature_refresh_batch_size
                done = await refresh_vectors(session, warehouse, as_of=present(), batch_size=batch)
                seconds = perf_counter() - start
    if done.failed or done.stored != done.active or done.active < SUBJECTS * 0.99:
        raise AssertionError(f"of {SUBJECTS} subjects {done.active} were active, {done.stored} stored")
    return _Taken(seconds, peak_mib(os.getpid()), children.mib, done)


def fill(dsn: str) -> None:
    """Store everybody's events."""
    with psycopg.connect(dsn, autocommit=True, options="-c statement_timeout=0") as connection:
        for first in range(0, SUBJECTS, _AT_ONCE):
            with connection.transaction():
                connection.execute(SET_SCOPE, [NAMESPACE, Role.ADMIN, ""])
                told = {"namespace": NAMESPACE, "first": first, "last": min(first + _AT_ONCE, SUBJECTS) - 1}
                connection.execute(_EVENTS, told)


if __name__ == "__main__":
    for figure in figures():
        print(figure.record())
