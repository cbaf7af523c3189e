"""The group-commit writer: one task writes all that is waiting in one transaction, and acknowledges after COMMIT."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from tessella.logs import get_logger
from tessella.ports import Once
from tessella.settings import Settings
from tessella.storage.background import begin
from tessella.storage.connections.presence import Presence
from tessella.storage.figures import WriterFigures
from tessella.storage.scope import Scope
from tessella.storage.writing.committing import Committer
from tessella.storage.writing.deadlines import Deadlines
from tessella.storage.writing.queue import Queue
from tessella.storage.writing.submissions import Insert, Outcome, Submission

#: Rows that nobody waits for are gathered for so long, or until there are so many.
_LINGER_SECONDS: Final = 0.2
_LINGER_ROWS: Final = 500
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 0.5
_CLOSE_SECONDS: Final = 3.0
_LOG: Final = get_logger(__name__)


class Writer:
    """A bounded queue and the one task that drains it."""

    def __init__(self, dsn: str, presence: Presence, *, queue_rows: int, queue_bytes: int, offered_rows: int) -> None:
        self._queue = Queue(rows=queue_rows, row_bytes=queue_bytes, offered_rows=offered_rows)
        self._committer = Committer(dsn, presence, self._queue)
        self._deadlines = Deadlines(presence, self._queue)
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        #: When the oldest row that is being written came.
        self._writing: float | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = begin(self._run(), "writer")

    async def close(self) -> None:
        """Write what is waiting, for a few seconds at most, and stop."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=_CLOSE_SECONDS)
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_CLOSE_SECONDS)
        await self._committer.drop()

    def figures(self) -> WriterFigures:
        """How much waits and was written; asks nobody."""
        now, drops = time.monotonic(), self._committer.drops
        since = min(self._writing or now, self._queue.oldest or now)
        return WriterFigures(
            self._queue.rows, self._queue.bytes, self._queue.offered_rows, now - since,
            self._committer.written_rows, drops.rows, drops.lately(now),
        )  # fmt: skip

    async def write(
        self,
        scope: Scope,
        insert: Insert,
        rows: Sequence[Any],
        *,
        size: int,
        once: Once[Outcome] | None = None,
        claimed_in: Scope | None = None,
    ) -> Outcome:
        """Store rows durably; returns what the commit did with each. `size` is how many bytes they hold, about.

        The key of `once` is claimed in the scope `claimed_in`, else in that of the rows.
        Raises `QueueFull` and `DatabaseAway`: send the same again, the rows carry what makes them idempotent. Raises
        `RowsDenied`, `RowsRefused` when the database does not accept the only row, and what the key of `once` says.
        """
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        submission = Submission(scope, insert, rows, done, time.monotonic(), size, once, claimed_in=claimed_in)
        self._queue.put(submission)
        self._deadlines.watch(submission)
        self._wake.set()
        return await done

    def offer(self, scope: Scope, insert: Insert, row: Any) -> None:
        """Have a row stored when there is time. Never waits; drops the row and counts it when too many wait."""
        if not self._queue.offer(Submission(scope, insert, (row,), None, time.monotonic())):
            self._committer.drops.add(1)
        elif self._queue.offered_rows == 1:
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._wake.set)
        elif self._queue.offered_rows == _LINGER_ROWS:
            self._wake.set()

    async def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._closing or self._queue or self._committer.doubt:
            try:
                await self._drain()
                pause = _FIRST_PAUSE_SECONDS
                continue
            except (psycopg.OperationalError, OSError) as error:
                if pause == _FIRST_PAUSE_SECONDS:
                    _LOG.warning("write_lost", reason=str(error))
                self._queue.forget_abandoned()
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the writer
                _LOG.exception("write_failed")
                self._queue.give_up()
            await self._committer.drop()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _drain(self) -> None:
        """Write until nothing waits, and wait until something does."""
        await self._committer.resolve()
        while batch := await self._next():
            self._writing = batch[0].at
            await self._committer.commit(batch)
        self._committer.told.release()
        self._writing = None
        if not self._closing:
            await self._wake.wait()
            self._wake.clear()

    async def _next(self) -> list[Submission]:
        """The next batch; those who were just told may send again before there is one."""
        batch = self._queue.take()
        if not batch and self._committer.told:
            await asyncio.sleep(0)
            batch = self._queue.take()
        return batch


def writer_of(dsn: str, presence: Presence, settings: Settings) -> Writer:
    """The writer as the settings want it."""
    return Writer(
        dsn, presence, queue_rows=settings.write_queue_rows, queue_bytes=settings.write_queue_bytes,
        offered_rows=settings.audit_queue_rows,
    )  # fmt: skip
