"""The queue's own connections. Nothing else waits for them, and they wait for nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from procrastinate import PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from tessella.storage.connections.connecting import CONNECTION, Connection, away, refuse_strong_role

#: To fetch, to say that the worker lives, to finish, and to look after others; its listener has one more, beside these.
_CONNECTIONS: Final = 3
_PATIENCE_SECONDS: Final = 1.5
#: procrastinate names its tables without their schema. A link that is dead without a word is given up after seconds.
_SETTINGS: Final[dict[str, Any]] = {
    **{name: value for name, value in CONNECTION.items() if name != "autocommit"},
    "application_name": "tessella jobs",
    "options": f"{CONNECTION['options']} -c search_path=jobs",
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}


@asynccontextmanager
async def queue_connector(dsn: str) -> AsyncIterator[PsycopgConnector]:
    """The way of procrastinate to the database, for as long as this is open.

    A pool waits longer and longer before it tries a lost database again, so one is made anew after each loss. Raises
    `DatabaseAway`.
    """
    pool = AsyncConnectionPool(
        dsn, open=False, min_size=1, max_size=_CONNECTIONS, timeout=_PATIENCE_SECONDS, kwargs=_SETTINGS,
        configure=_greet, check=AsyncConnectionPool.check_connection, name="jobs",
    )  # fmt: skip
    connector = PsycopgConnector()
    try:
        await pool.open(wait=True, timeout=_PATIENCE_SECONDS)
        await connector.open_async(pool)
        yield connector
    except psycopg.OperationalError as error:
        raise away(error) from error
    finally:
        await pool.close(timeout=1)


async def _greet(connection: Connection) -> None:
    await refuse_strong_role(connection)
    await connection.rollback()  # it began a transaction
