"""Connections for requests. Every use is a transaction in a scope, bounded in time."""

from __future__ import annotations

import select
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import Final

import psycopg
from psycopg_pool import AsyncConnectionPool

from tessella.storage.connections.connecting import (
    CONNECT_SECONDS,
    CONNECTION,
    Connection,
    away,
    connect,
    refuse_strong_role,
)
from tessella.storage.connections.pipelined import pipelined
from tessella.storage.connections.presence import Presence
from tessella.storage.connections.watchdog import bounded
from tessella.storage.errors import DatabaseAway
from tessella.storage.scope import SET_SCOPE, Scope

#: How long a short transaction may take, the wait for a connection included.
TRANSACTION_SECONDS: Final = 1.0
#: Of that, how long it waits for a connection.
BORROW_SECONDS: Final = 0.7
#: How long one may take that reads or writes much, while the database shows that it lives.
PATIENT_SECONDS: Final = 10.0
#: A pool that cannot connect gives up soon: the next who asks tries again, and does not wait for a pause to end.
_RECONNECT_SECONDS: Final = 0.1

_UNBOUNDED: Final = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


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
        """Be ready to connect. Does not wait for a database that is away."""
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
            async with pipelined(connection):
                await connection.execute(SET_SCOPE, scope.parameters())
                yield

    def _lost(self, error: psycopg.OperationalError) -> DatabaseAway:
        """Have the pulse look at once, and not only this request know."""
        self.presence.doubted.set()
        return away(error)


def _pool(dsn: str, name: str, connections: int) -> AsyncConnectionPool[Connection]:
    """Connections that are made when somebody needs one: a command needs few, and each costs the server a process."""
    return AsyncConnectionPool(
        dsn, open=False, min_size=0, max_size=connections, timeout=BORROW_SECONDS, kwargs=CONNECTION,
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
