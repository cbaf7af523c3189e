"""One connection of its own for a part that works all the time; it comes back by itself after a loss."""

from __future__ import annotations

from tessella.storage.connections.connecting import CONNECT_SECONDS, Connection, connect


class Link:
    """A connection that is made when it is needed and forgotten when it is lost."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection | None = None

    async def connection(self, seconds: float = CONNECT_SECONDS) -> Connection:
        """The connection, made anew within `seconds` if it was lost.

        Raises `psycopg.OperationalError`, and `ServesTooStrong`.
        """
        if self._connection is None or self._connection.closed:
            self._connection = None
            self._connection = await connect(self._dsn, seconds)
        return self._connection

    async def drop(self) -> None:
        """Close it; the next use makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
