"""Transactions whose statements are sent without waiting for one another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from psycopg.pq import TransactionStatus

from tessella.storage.connections.connecting import Connection

_OPEN: Final = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


@asynccontextmanager
async def pipelined(connection: Connection) -> AsyncIterator[None]:
    """One transaction in pipeline mode: a round trip for all statements up to the first result, and one for COMMIT.

    psycopg's own transaction in a pipeline waits for BEGIN before anything else is sent, and twice after COMMIT.
    """
    try:
        async with connection.pipeline():
            await connection.execute("BEGIN")
            yield
            await connection.execute("COMMIT")
    finally:
        if connection.info.transaction_status in _OPEN:
            await connection.rollback()
