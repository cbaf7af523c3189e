"""The `experiments_durable` benchmark: assignments that are durable, sticky and counted before they are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from benchmarks.closed_loop import Load, Send, measure
from benchmarks.experiments_load import RULES, unit_now
from benchmarks.figure import Figure, Goal
from benchmarks.ingest_disk import age, fdatasync
from benchmarks.own_database import own_database
from tessella.bootstrap import Application, running_on
from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.identifiers import Namespace, Role
from tessella.http.loop import run as run_loop
from tessella.ports import Caller
from tessella.settings import Settings
from tessella.storage.connections.connecting import CONNECTION, Connection
from tessella.storage.scope import SET_SCOPE, system

#: Micro-batches come of themselves where many ask at once, and are small where few do.
MANY: Final = 192
FEW: Final = 16
_CALLER: Final = Caller(Namespace("bench"), Role.SERVICE)
_RAW: Final = """
INSERT INTO tessella.assignments
       (namespace, experiment_id, user_identifier, assigned_at, cohort, policy_version, variant, in_holdout, forced,
        variant_id, segment_key, channel, source, device, propensities, context)
VALUES ('bench', %(experiment_id)s, %(user_identifier)s, now(), now(), %(policy_version)s, %(variant)s, %(in_holdout)s,
        false, %(variant_id)s, %(segment_key)s, 'web', %(source)s, %(device)s, %(propensities)s, %(context)s)
"""
_PEER: Final = f"raw INSERT of the row, one transaction each, pool of {FEW}"


def run() -> Iterator[Figure]:
    """Durable assignments a second, sticky and counted, against INSERT of the same rows."""
    with own_database() as (dsn, settings):
        age(dsn)
        many, few, raw = run_loop(_in_process(dsn, settings))
    yield fdatasync()
    yield from _figures(f"{MANY} at once, micro-batched", many, raw, Goal("value", ">=", 20_000))
    yield Figure(f"experiments: assigned, {MANY} at once, p99", many.p99_ms, "ms", goal=Goal("value", "<=", 15))
    yield from _figures(f"{FEW} at once", few, raw, Goal("value", ">=", 4_000))
    yield Figure(f"experiments: assigned, {FEW} at once, p99", few.p99_ms, "ms")


def _figures(what: str, ours: Load, raw: Load, goal: Goal) -> Iterator[Figure]:
    yield Figure(f"experiments: assigned, {what}, a second", ours.per_second, "/s", goal=goal)
    yield Figure(f"experiments: assigned, {what}, each", ours.us, "us", _PEER, raw.us)


async def _in_process(dsn: str, settings: Settings) -> tuple[Load, Load, Load]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(_CALLER.namespace)
        many = await measure(unit_now, _assigned(application), MANY)
        few = await measure(unit_now, _assigned(application), FEW)
    async with AsyncConnectionPool(dsn, min_size=FEW, max_size=FEW, timeout=30, kwargs=CONNECTION) as pool:
        return many, few, await measure(unit_now, _raw(pool), FEW)


def _assigned(application: Application) -> Send[Assignment]:
    """As a request does it: a session each."""

    async def send(number: int, assignment: Assignment) -> None:
        async with application.session(_CALLER) as session:
            if await session.assign(assignment, RULES) is not assignment:
                raise SystemExit("a unit that came once was not new")

    return send


def _raw(pool: AsyncConnectionPool[Connection]) -> Send[Assignment]:
    """The row alone: neither looked for nor counted."""

    async def send(number: int, assignment: Assignment) -> None:
        async with pool.connection() as connection, connection.pipeline(), connection.transaction():
            await connection.execute(SET_SCOPE, system(_CALLER.namespace).parameters())
            await connection.execute(_RAW, _columns(assignment))

    return send


def _columns(assignment: Assignment) -> Mapping[str, Any]:
    told = msgspec.structs.asdict(assignment) | assignment.context
    return told | {"propensities": list(assignment.propensities), "context": Jsonb(assignment.context)}
