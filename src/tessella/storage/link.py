"""One connection of its own for a part that works all the time; it comes back by itself after a loss."""

from __future__ import annotations

from typing import Final

import psycopg

from tessella.storage.database import CONNECTION, Connection, refuse_strong_role
from tessella.storage.watchdog import bounded

_GREETING_SECONDS: Final = 2.0


class Link:
    """A connection that is made when it is needed and forgotten when it is lost."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection | None = None

    async def connection(self) -> Connection:
        """The connection, made anew if it was lost. Raises `psycopg.OperationalError`, and `ServesTooStrong`."""
        if self._connection is None or self._connection.closed:
            self._connection = None
            connection = await psycopg.AsyncConnection.connect(self._dsn, **CONNECTION)
            with bounded(connection, _GREETING_SECONDS):
                await refuse_strong_role(connection)
            self._connection = connection
        return self._connection

    async def drop(self) -> None:
        """Close it; the next use makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
