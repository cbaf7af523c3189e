"""A client of one worker that asks again and again, and knows when each version was first decided with."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import psutil

from faults.connection import Connection
from faults.server import Server
from faults.workload import question

_PAUSE_SECONDS: Final = 0.002
_PATIENCE_SECONDS: Final = 5.0
_MOST_CONNECTIONS: Final = 200


class Watch:
    """One connection that asks for a decision every few milliseconds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: Unix seconds of the first decision with a version, or with a later one.
        self._seen: list[tuple[int, float]] = []

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            answer = await self._connection.request("POST", "/api/v1/decide", question(0))
            version: int = answer.json()["snapshot_version"]
            if not self._seen or version > self._seen[-1][0]:
                self._seen.append((version, time.time()))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def seen_at(self, version: int) -> float:
        """When a version was first decided with, in Unix seconds; infinite when that takes too long."""
        deadline = time.time() + _PATIENCE_SECONDS
        while time.time() < deadline:
            if self._seen and self._seen[-1][0] >= version:
                return next(at for seen, at in self._seen if seen >= version)
            await asyncio.sleep(_PAUSE_SECONDS)
        return math.inf


@asynccontextmanager
async def watching(connection: Connection) -> AsyncIterator[Watch]:
    """A watch that runs as long as the block is open."""
    watch = Watch(connection)
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.wait([running])


async def one_to_each_worker(server: Server, key: str) -> list[Connection]:
    """A connection to each worker. The kernel gives connections to whom it likes, so that it may take some."""
    workers = server.workers()
    found: dict[int, Connection] = {}
    for _ in range(_MOST_CONNECTIONS):
        connection = Connection(server.port, key)
        await connection.request("GET", "/health/live")
        port = connection.local_port()
        (worker,) = (
            each.pid for each in workers if port in {to.raddr.port for to in each.net_connections() if to.raddr}
        )
        if found.setdefault(worker, connection) is not connection:
            connection.close()
        if len(found) == len(workers):
            return list(found.values())
    raise SystemExit("one of the workers takes no connections")


def _holds(worker: psutil.Process, port: int) -> bool:
    """Whether it is what our port is connected to."""
    return any(each.raddr and each.raddr.port == port for each in worker.net_connections())
