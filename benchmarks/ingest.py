"""The `ingest` benchmark: events that are durable before they are acknowledged, in process and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from psycopg_pool import AsyncConnectionPool

from benchmarks.closed_loop import Load, Send, measure
from benchmarks.figure import Figure, Goal
from benchmarks.ingest_disk import age, fdatasync
from benchmarks.ingest_http import measure_batches
from benchmarks.ingest_load import event
from benchmarks.own_database import own_database
from tessella.bootstrap import Application, running_on
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Namespace, Role
from tessella.http.loop import run as run_loop
from tessella.ports import Caller
from tessella.settings import Settings
from tessella.storage.connections.connecting import CONNECTION, Connection
from tessella.storage.events import ADD_EVENTS
from tessella.storage.scope import SET_SCOPE, scope_of

CLIENTS: Final = 512
POOL: Final = 16
NAMESPACES: Final = [Namespace(f"bench-{number}") for number in range(10)]
_CALLERS: Final = [Caller(each, Role.SERVICE) for each in NAMESPACES]
_ALONE: Final = f"one transaction each, pool of {POOL}"


def run() -> Iterator[Figure]:
    """Durable events a second of 512 clients, against one transaction a request; and batches of 1000 over HTTP."""
    with own_database() as (dsn, settings):
        age(dsn)
        ours, alone, pipelined = run_loop(_in_process(dsn, settings))
    yield fdatasync()
    name = f"ingest: durable events, {CLIENTS} clients"
    yield Figure(f"{name}, a second", ours.per_second, "/s", goal=Goal("value", ">=", 20_000))
    yield Figure(f"{name}, p50", ours.p50_ms, "ms")
    yield Figure(f"{name}, p99", ours.p99_ms, "ms", goal=Goal("value", "<=", 30))
    yield Figure(f"{name}, each", ours.us, "us", _ALONE, alone.us, Goal("ratio", ">=", 15))
    yield Figure(f"{name}, each", ours.us, "us", f"{_ALONE}, pipelined", pipelined.us)
    yield from measure_batches()


async def _in_process(dsn: str, settings: Settings) -> tuple[Load, Load, Load]:
    async with running_on(dsn, settings) as application:
        for each in NAMESPACES:
            await application.administration.create_namespace(each)
        ours = await measure(event, _grouped(application), CLIENTS)
    async with AsyncConnectionPool(dsn, min_size=POOL, max_size=POOL, timeout=30, kwargs=CONNECTION) as pool:
        alone = await measure(event, _alone(pool), CLIENTS)
        return ours, alone, await measure(event, _pipelined(pool), CLIENTS)


def _grouped(application: Application) -> Send[Event]:
    """As a request does it: a session each."""

    async def send(number: int, sent: Event) -> None:
        async with application.session(_CALLERS[number % len(_CALLERS)]) as session:
            added = await session.add_events([sent])
        if added.accepted != 1:
            raise SystemExit("an event that was sent once was not new")

    return send


def _alone(pool: AsyncConnectionPool[Connection]) -> Send[Event]:
    """The same statement in a transaction of its own."""

    async def send(number: int, sent: Event) -> None:
        async with pool.connection() as connection, connection.transaction():
            await _insert(connection, number, sent)

    return send


def _pipelined(pool: AsyncConnectionPool[Connection]) -> Send[Event]:
    """The same in one round trip."""

    async def send(number: int, sent: Event) -> None:
        async with pool.connection() as connection, connection.pipeline(), connection.transaction():
            await _insert(connection, number, sent)

    return send


async def _insert(connection: Connection, number: int, event: Event) -> None:
    scope = scope_of(_CALLERS[number % len(_CALLERS)])
    await connection.execute(SET_SCOPE, scope.parameters())
    sent = {"namespace": scope.namespace, "rows": ADD_EVENTS.encode([event]).decode()}
    await connection.execute(ADD_EVENTS.sql, sent)
