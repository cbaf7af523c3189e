"""The `experiments_million` benchmark: what is read of an experiment with a million assignments and rewards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any, Final

import msgspec
import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.experiments_load import EXPERIMENT, KEYS, RULES, unit
from benchmarks.experiments_rows import FILL, TABLES, UNITS, VERSIONS
from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from tessella.bootstrap import Application, running_on
from tessella.domain.experiments.assignment.conversion import Conversion
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.http.loop import run as run_loop
from tessella.ports import Caller, Session
from tessella.ports.clock import present
from tessella.ports.experiments import Refreshed, SegmentFigures, StoredReport, VariantState
from tessella.settings import Settings
from tessella.storage.embedded import SUPERUSER

_NAMESPACE: Final = Namespace("bench")
_TIMES: Final = 200
_GOAL: Final = Goal("value", "<=", 100)

#: One read, by its number.
Read = Callable[[Session, int], Awaitable[Any]]


async def _assign(session: Session, number: int) -> None:
    await session.assign(unit(-1, number, present()), RULES)


async def _convert(session: Session, number: int) -> None:
    user = SubjectId(f"visitor-{number * 4_999 % UNITS}")
    event = Conversion(EXPERIMENT.experiment_id, user, f"late-{number}", "conversion", 1.0, Instant(present()))
    await session.add_conversions([event], RULES)


async def _first_of_export(session: Session, number: int) -> None:
    async for _ in session.rewarded_units(EXPERIMENT.experiment_id, "conversion", after=f"visitor-{number}"):
        return


_X: Final = EXPERIMENT.experiment_id
READS: Final[Mapping[str, Read]] = {
    "an assignment that is not in memory": lambda session, number: session.stored_assignment(
        _X, SubjectId(f"visitor-{number * 4_999 % UNITS}")
    ),
    "a new assignment": _assign,
    "a reward": _convert,
    "the tally by segment": lambda session, _: session.tally(_X),
    "the tally by source": lambda session, _: session.tally(_X, "source"),
    "policies": lambda session, _: session.policies(_X),
    "the report": lambda session, _: session.report(_X),
    "segments": lambda session, _: session.segment_figures(_X),
    "traffic": lambda session, _: session.traffic(_X),
    "the first of an export": _first_of_export,
}


def run() -> Iterator[Figure]:
    """Every read of an experiment with a million assignments and rewards, and what its tables take."""
    with own_database() as (dsn, settings):
        taken = run_loop(_measured(dsn, settings))
        sizes = _sizes(dsn)
    for name, milliseconds in taken.items():
        yield Figure(f"experiments: 1M, {name}, p99", milliseconds, "ms", goal=_GOAL)
    for table, mebibytes in sizes.items():
        yield Figure(f"experiments: 1M, size of {table}", mebibytes, "MiB")


async def _measured(dsn: str, settings: Settings) -> dict[str, float]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(_NAMESPACE)
        await asyncio.to_thread(_fill, dsn)
        await _publish(application)
        return {name: await _p99_ms(application, read) for name, read in READS.items()}


async def _p99_ms(application: Application, read: Read) -> float:
    taken = []
    for number in range(_TIMES):
        async with application.session(Caller(_NAMESPACE, Role.ADMIN)) as session:
            began = perf_counter()
            await read(session, number)
            taken.append(perf_counter() - began)
    return sorted(taken)[len(taken) * 99 // 100] * 1000


async def _publish(application: Application) -> None:
    """Every version of the policy, as refreshes have left them."""
    async with application.session(Caller(_NAMESPACE, Role.ADMIN)) as session:
        for version in range(1, VERSIONS + 1):
            await session.store_refresh(EXPERIMENT.experiment_id, _refreshed(version))


def _refreshed(version: int) -> Refreshed:
    first = first_policy(EXPERIMENT)
    weights = dict.fromkeys(KEYS, first.policy.uniform)
    policy = replace(first.policy, version=version, segments=weights)
    means = dict.fromkeys(KEYS, (0.1, 0.2, 0.3, 0.4))
    published = msgspec.structs.replace(first, policy=policy, published_at=present(), means=means)
    segments = [SegmentFigures(key, key, 1000, 100, 0.1) for key in KEYS]
    states = [VariantState(key, each.variant_id, 100, 10, {}) for key in KEYS for each in EXPERIMENT.variants]
    return Refreshed(published, segments, states, StoredReport(EXPERIMENT.experiment_id, present(), version, UNITS, {}))


def _fill(dsn: str) -> None:
    with psycopg.connect(make_conninfo(dsn, user=SUPERUSER), autocommit=True) as connection:
        for statement in FILL:
            connection.execute(statement)


def _sizes(dsn: str) -> dict[str, float]:
    with psycopg.connect(make_conninfo(dsn, user=SUPERUSER)) as connection:
        sizes = {}
        for table in TABLES:
            row = connection.execute("SELECT pg_total_relation_size(%s::regclass)", [f"tessella.{table}"]).fetchone()
            assert row is not None, "a SELECT without FROM gives a row"
            sizes[table] = row[0] / 1024**2
        return sizes
