"""Connections for requests. Every use is a transaction in a scope, bounded in time."""

from __future__ import annotations

import asyncio
import select
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from tessella.storage.errors import DatabaseAway, ServesTooStrong
from tessella.storage.presence import Presence
from tessella.storage.scope import SET_SCOPE, Scope
from tessella.storage.watchdog import bounded

Connection = AsyncConnection[Any]

#: How long a short transaction may take, the wait for a connection included.
TRANSACTION_SECONDS: Final = 1.0
#: Of that, how long it waits for a connection.
BORROW_SECONDS: Final = 0.7
#: How long one may take that reads or writes much, while the database shows that it lives.
PATIENT_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 1.0
#: A pool that cannot connect gives up soon: the next who asks tries again, and does not wait for a pause to end.
_RECONNECT_SECONDS: Final = 0.1

#: Every connection of ours: UTC, no SQL in flight for ever, transactions by hand.
CONNECTION: Final[dict[str, Any]] = {
    "autocommit": True,
    "connect_timeout": 2,
    "application_name": "tessella",
    "options": "-c timezone=UTC -c datestyle=ISO -c statement_timeout=10s -c idle_in_transaction_session_timeout=60s",
}

_UNBOUNDED: Final = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
_POWER: Final = """
SELECT current_user,
       CASE WHEN rolsuper THEN 'is a superuser' WHEN rolbypassrls THEN 'may bypass row security'
            WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('tessella')
                            AND pg_has_role(current_user, relowner, 'MEMBER')) THEN 'owns the tables'
            ELSE '' END
  FROM pg_roles WHERE rolname = current_user
"""


class Database:
    """Transactions for requests, from two pools: however many slow ones administer, the quick ones do not wait."""

    def __init__(self, dsn: str, *, connections: int, admin_connections: int) -> None:
        self.dsn = dsn
        self.presence = Presence()
        self._pool = _pool(dsn, "requests", connections)
        self._admin_pool = _pool(dsn, "administration", admin_connections)

    @property
    def is_up(self) -> bool:
        """Whether the database answered when it was last asked. While it does not, nobody waits for it."""
        return self.presence.is_up

    async def open(self) -> None:
        """Begin to connect. Does not wait for a database that is away."""
        await self._pool.open()
        await self._admin_pool.open()

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close(timeout=2)
        await self._admin_pool.close(timeout=2)

    @asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncIterator[Connection]:
        """One short transaction in `scope`. Statements are pipelined: reading a result waits for those before it.

        Raises `DatabaseAway` when there is no connection, or it is lost, or `TRANSACTION_SECONDS` have passed.
        """
        ends = time.monotonic() + TRANSACTION_SECONDS
        async with self._borrowed(self._pool) as connection, self._pipelined(connection, scope, ends):
            yield connection

    @asynccontextmanager
    async def loading(self, scope: Scope) -> AsyncIterator[Connection]:
        """The same for what decisions are made from, which may be much: as patient as `administering`."""
        ends = time.monotonic() + PATIENT_SECONDS
        async with self._borrowed(self._pool) as connection, self._pipelined(connection, scope, ends):
            yield connection

    @asynccontextmanager
    async def administering(self, scope: Scope) -> AsyncIterator[Connection]:
        """The same for definitions and the audit, on connections of their own.

        It may take `PATIENT_SECONDS`, as long as the database shows elsewhere that it lives.
        """
        ends = time.monotonic() + PATIENT_SECONDS
        async with self._borrowed(self._admin_pool) as connection, self._pipelined(connection, scope, ends):
            yield connection

    @asynccontextmanager
    async def long_transaction(self, scope: Scope) -> AsyncIterator[Connection]:
        """One transaction for COPY, on a connection of its own and not pipelined.

        It may take any time, as long as the database shows elsewhere that it lives.
        """
        self.presence.refuse_while_away()
        try:
            async with await connect(self.dsn) as connection:
                with self.presence.guarded(connection, inf):
                    async with connection.transaction():
                        await connection.execute(SET_SCOPE, scope.parameters())
                        await connection.execute(_UNBOUNDED)
                        yield connection
        except psycopg.OperationalError as error:
            raise self._lost(error) from error

    @asynccontextmanager
    async def _borrowed(self, pool: AsyncConnectionPool[Connection]) -> AsyncIterator[Connection]:
        self.presence.refuse_while_away()
        try:
            connection = await _live(pool)
            try:
                yield connection
            finally:
                await pool.putconn(connection)
        except psycopg.OperationalError as error:
            raise self._lost(error) from error

    @asynccontextmanager
    async def _pipelined(self, connection: Connection, scope: Scope, ends: float) -> AsyncIterator[None]:
        with self.presence.guarded(connection, ends - time.monotonic()):
            async with connection.pipeline(), connection.transaction():
                await connection.execute(SET_SCOPE, scope.parameters())
                yield

    def _lost(self, error: psycopg.OperationalError) -> DatabaseAway:
        """Have the pulse look at once, and not only this request know."""
        self.presence.doubted.set()
        return away(error)


async def connect(dsn: str, seconds: float = CONNECT_SECONDS) -> Connection:
    """A new connection to serve with, within `seconds`. Raises `psycopg.OperationalError`, and `ServesTooStrong`."""
    ends = time.monotonic() + seconds
    connection = await connect_as_anybody(dsn, seconds)
    try:
        with bounded(connection, ends - time.monotonic()):
            await refuse_strong_role(connection)
    except BaseException:
        await connection.close()
        raise
    return connection


async def connect_as_anybody(dsn: str, seconds: float) -> Connection:
    """A new connection of any role, within `seconds`. Raises `psycopg.OperationalError`."""
    try:
        async with asyncio.timeout(seconds):
            return await AsyncConnection.connect(dsn, **CONNECTION)
    except TimeoutError:
        raise psycopg.OperationalError("it did not let us in in time") from None


async def refuse_strong_role(connection: Connection) -> None:
    """Raises `ServesTooStrong` when row security would not hold on this connection."""
    found = await (await connection.execute(_POWER)).fetchone()
    assert found is not None, "a connection has a role"
    role, power = found
    if power:
        raise ServesTooStrong(role, power)


def away(error: psycopg.Error) -> DatabaseAway:
    """The first line of the driver's complaint, as our error."""
    return DatabaseAway(str(error).partition("\n")[0].rstrip(".") or type(error).__name__)


def _pool(dsn: str, name: str, connections: int) -> AsyncConnectionPool[Connection]:
    return AsyncConnectionPool(
        dsn, open=False, min_size=1, max_size=connections, timeout=BORROW_SECONDS, kwargs=CONNECTION,
        reconnect_timeout=_RECONNECT_SECONDS, configure=_configure, name=name,
    )  # fmt: skip


async def _configure(connection: Connection) -> None:
    with bounded(connection, CONNECT_SECONDS):
        await refuse_strong_role(connection)


async def _live(pool: AsyncConnectionPool[Connection]) -> Connection:
    """A connection that the server has not closed.

    An idle one has nothing to read, unless it is closed: that costs no round trip, which a hung link would not answer.
    The pool's own check pauses for a second after its second failure.
    """
    ends = time.monotonic() + BORROW_SECONDS
    while True:
        connection = await pool.getconn(ends - time.monotonic())
        readable, _, _ = select.select([connection], [], [], 0)
        if not readable:
            return connection
        await connection.close()
        await pool.putconn(connection)
