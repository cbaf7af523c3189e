"""Connections to serve with, made within a time and never as a role that row security does not hold; and others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection
from psycopg import Connection as BlockingConnection

from tessella.storage.connections.watchdog import bounded
from tessella.storage.errors import DatabaseAway, ServesTooStrong

Connection = AsyncConnection[Any]

CONNECT_SECONDS: Final = 1.0

#: Every connection of ours: UTC, no SQL in flight for ever, transactions by hand. Over a network, one that hangs
#: alone is given up by the kernel. Nothing is compiled: statistics hold no ids of subjects, so that costs seem high.
CONNECTION: Final[dict[str, Any]] = {
    "autocommit": True,
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "tessella",
    "options": "-c timezone=UTC -c datestyle=ISO -c statement_timeout=10s -c idle_in_transaction_session_timeout=60s "
    "-c jit=off",
}

_POWER: Final = """
SELECT current_user,
       CASE WHEN rolsuper THEN 'is a superuser' WHEN rolbypassrls THEN 'may bypass row security'
            WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('tessella')
                            AND pg_has_role(current_user, relowner, 'MEMBER')) THEN 'owns the tables'
            ELSE '' END
  FROM pg_roles WHERE rolname = current_user
"""


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


@contextmanager
def command_connection(dsn: str) -> Iterator[BlockingConnection[Any]]:
    """A connection of any role, for the time of a command; each statement by itself. Raises `DatabaseAway`."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise away(error) from error


def away(error: psycopg.Error) -> DatabaseAway:
    """The driver's complaint, as our error."""
    return DatabaseAway(first_line(error) or type(error).__name__)


def first_line(error: Exception) -> str:
    """What an error says first, without its full stop: the driver's go on with the statement and hints."""
    return str(error).partition("\n")[0].rstrip(".")
