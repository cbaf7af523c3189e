"""Feels the database's pulse: a question every quarter of a second, which opens and closes the circuit breaker.

A statement cannot tell whether it is slow or its link hangs. Another connection can: while the pulse beats, slow work
goes on; when it stops, everything that waits is cut. So nobody waits longer than the pulse takes to notice.
"""

from __future__ import annotations

import asyncio
import random
import time
from typing import Final

import psycopg

from tessella.domain.errors import TessellaError
from tessella.logs import get_logger
from tessella.storage.background import begin, end
from tessella.storage.connections.connecting import Connection, first_line
from tessella.storage.connections.database import Database
from tessella.storage.connections.link import Link
from tessella.storage.connections.watchdog import bounded
from tessella.storage.errors import SchemaNotCurrent
from tessella.storage.migrations import HEAD, refuse_newer, schema_seen

_BEAT_SECONDS: Final = 0.25
#: A beat is given up after so long; together with the pause before it, this is how long a request may hang.
_ANSWER_SECONDS: Final = 0.7
#: Looks at a database that is away may take longer.
_PATIENCE_SECONDS: Final = 1.0
#: A connection that broke sooner than this was one lost backend: another may well be had.
_BROKEN_BEFORE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 0.8

_LOG: Final = get_logger(__name__)


class Pulse:
    """The task that keeps `Presence` true."""

    def __init__(self, database: Database) -> None:
        self._presence = database.presence
        self._link = Link(database.dsn)
        self._checked: Connection | None = None
        self._pause_seconds = _BEAT_SECONDS
        self._task: asyncio.Task[None] | None = None

    async def start(self, seconds: float = _PATIENCE_SECONDS) -> None:
        """Look once, for so long at most, and begin to beat. A database that is away does not keep us from starting.

        Raises `ServesTooStrong` and `SchemaNotCurrent`.
        """
        await self._look(seconds)
        self._task = begin(self._beat(), "pulse")

    async def close(self) -> None:
        """Stop."""
        await end(self._task)
        await self._link.drop()

    async def _beat(self) -> None:
        while True:
            await self._pause()
            try:
                await self._look()
            except TessellaError as error:
                self._presence.went_away(error.message.rstrip("."))
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the pulse
                _LOG.exception("pulse_failed")

    async def _pause(self) -> None:
        """A beat's time, or until somebody doubts; longer and longer, with jitter, while the database is away."""
        self._presence.doubted.clear()
        if not self._presence.is_up:
            await asyncio.sleep(self._pause_seconds * random.uniform(0.5, 1))
            self._pause_seconds = min(self._pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
            return
        self._pause_seconds = _BEAT_SECONDS
        try:
            async with asyncio.timeout(_BEAT_SECONDS):
                await self._presence.doubted.wait()
        except TimeoutError:
            return

    async def _look(self, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        try:
            await self._ask(patience_seconds)
        except (psycopg.OperationalError, OSError) as error:
            await self._link.drop()
            self._presence.went_away(first_line(error))
        else:
            self._presence.came_back()

    async def _ask(self, patience_seconds: float) -> None:
        began = time.monotonic()
        is_beating = self._checked is not None and self._presence.is_up
        ends = began + (_ANSWER_SECONDS if is_beating else patience_seconds)
        try:
            await self._answer(ends)
        except psycopg.OperationalError:
            await self._link.drop()
            if not is_beating or time.monotonic() - began > _BROKEN_BEFORE_SECONDS:
                raise
            await self._answer(ends)

    async def _answer(self, ends: float) -> None:
        connection = await self._link.connection(ends - time.monotonic())
        with bounded(connection, ends - time.monotonic()):
            if connection is self._checked:
                await connection.execute("SELECT 1")
            else:
                await _refuse_other_schema(connection)
        self._checked = connection


async def _refuse_other_schema(connection: Connection) -> None:
    """Another connection may be to a database that was upgraded, or replaced."""
    schema = await schema_seen(connection)
    refuse_newer(schema)
    if schema.version != HEAD:
        raise SchemaNotCurrent(str(schema), HEAD)
