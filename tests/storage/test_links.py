"""A hung link is found out and shut down; asking psycopg to give up by itself would take many times as long."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tessella.storage.connections.watchdog import bounded
from tests.database import Dsns, link_to

pytestmark = pytest.mark.anyio


async def test_a_statement_on_a_hung_link_ends_in_a_lost_connection(database: Dsns, tmp_path: Path) -> None:
    async with link_to(database.app, tmp_path) as link:
        connection = await psycopg.AsyncConnection.connect(link.dsn)
        link.hang()
        with pytest.raises(psycopg.OperationalError), bounded(connection, 0.2):
            await connection.execute("SELECT 1")
        assert connection.closed


async def test_a_statement_that_ends_in_time_keeps_its_connection(database: Dsns) -> None:
    async with await psycopg.AsyncConnection.connect(database.app) as connection:
        with bounded(connection, 0.2):
            await connection.execute("SELECT 1")
        await asyncio.sleep(0.3)
        found = await (await connection.execute("SELECT 2")).fetchone()
        assert found == (2,)
