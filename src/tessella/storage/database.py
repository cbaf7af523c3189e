"""The pool of connections for requests. Every use is a short transaction in a scope, bounded in time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from tessella.storage.errors import DatabaseAway, ServesTooStrong
from tessella.storage.scope import SET_SCOPE, Scope
from tessella.storage.watchdog import bounded

Connection = AsyncConnection[Any]
_LOG: Final = structlog.get_logger(__name__)

#: How long a request waits for a free connection, and how long its transaction may take.
BORROW_SECONDS: Final = 1.0
TRANSACTION_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 2
CHECK_SECONDS: Final = 1.0

#: Every connection of ours: UTC, no SQL in flight for ever, transactions by hand.
CONNECTION: Final[dict[str, Any]] = {
    "autocommit": True,
    "connect_timeout": CONNECT_SECONDS,
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
    """Transactions for requests."""

    def __init__(self, dsn: str, *, connections: int) -> None:
        self.dsn = dsn
        #: Whether the database answered when the watcher last asked. While it does not, nobody waits for it.
        self.is_up = True
        self._pool = AsyncConnectionPool(
            dsn, open=False, min_size=1, max_size=connections, timeout=BORROW_SECONDS, kwargs=CONNECTION,
            configure=refuse_strong_role, check=_check, name="requests",
        )  # fmt: skip

    async def open(self) -> None:
        """Begin to connect. A server starts while its database is away, but never as a role that is too strong.

        Raises `ServesTooStrong`.
        """
        try:
            async with await psycopg.AsyncConnection.connect(self.dsn, **CONNECTION) as connection:
                with bounded(connection, CHECK_SECONDS):
                    await refuse_strong_role(connection)
        except psycopg.OperationalError as error:
            self.went_away(error)
        await self._pool.open()

    async def close(self) -> None:
        """Give every connection back."""
        await self._pool.close(timeout=2)

    def went_away(self, error: Exception) -> None:
        """Somebody noticed that the database does not answer."""
        if self.is_up:
            _LOG.warning("database_away", reason=str(error).partition("\n")[0])
        self.is_up = False

    def came_back(self) -> None:
        """The watcher had an answer."""
        if not self.is_up:
            _LOG.warning("database_back")
        self.is_up = True

    @asynccontextmanager
    async def transaction(self, scope: Scope, *, seconds: float = TRANSACTION_SECONDS) -> AsyncIterator[Connection]:
        """One transaction in `scope`. Statements are pipelined: reading a result waits for those before it.

        Raises `DatabaseAway` when there is no connection, or it is lost, or `seconds` have passed.
        """
        if not self.is_up:
            raise DatabaseAway("it did not answer a moment ago")
        try:
            async with self._pool.connection() as connection:
                with bounded(connection, seconds):
                    async with connection.pipeline(), connection.transaction():
                        await connection.execute(SET_SCOPE, scope.parameters())
                        yield connection
        except psycopg.OperationalError as error:
            raise away(error) from error

    @asynccontextmanager
    async def long_transaction(self, scope: Scope) -> AsyncIterator[Connection]:
        """One transaction for COPY, on a connection of its own, unbounded in time and not pipelined."""
        try:
            async with await psycopg.AsyncConnection.connect(self.dsn, **CONNECTION) as connection:
                await refuse_strong_role(connection)
                async with connection.transaction():
                    await connection.execute(SET_SCOPE, scope.parameters())
                    await connection.execute(_UNBOUNDED)
                    yield connection
        except psycopg.OperationalError as error:
            raise away(error) from error


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


async def _check(connection: Connection) -> None:
    with bounded(connection, CHECK_SECONDS):
        await connection.execute("")
