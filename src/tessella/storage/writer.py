"""The group-commit writer: one task writes all that is waiting in one transaction, and acknowledges after COMMIT."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import psycopg
import structlog

from tessella.storage.errors import DatabaseAway, QueueFull
from tessella.storage.link import Link
from tessella.storage.scope import Scope
from tessella.storage.submissions import Insert, Outcome, Submission, explained, outcomes, send
from tessella.storage.watchdog import bounded

#: How long a sender waits for its acknowledgement, and a transaction for the server.
DEADLINE_SECONDS: Final = 2.0
_TRANSACTION_SECONDS: Final = 1.5
_BATCH_ROWS: Final = 2000
#: Rows that nobody waits for are gathered for so long, or until there are so many.
_LINGER_SECONDS: Final = 0.2
_LINGER_ROWS: Final = 500
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0
_CLOSE_SECONDS: Final = 3.0
_LOG: Final = structlog.get_logger(__name__)


class Writer:
    """A bounded queue and the one task that drains it."""

    def __init__(self, dsn: str, *, queue_rows: int, offered_rows: int) -> None:
        self._link = Link(dsn)
        self._queue_rows = queue_rows
        self._offered_rows = offered_rows
        self._awaited: deque[Submission] = deque()
        self._offered: deque[Submission] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.waiting_rows = 0
        #: Offered rows that were lost: the queue was full, or the database refused them.
        self.dropped_rows = 0

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="writer")

    async def close(self) -> None:
        """Write what is waiting, for a few seconds at most, and stop."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=_CLOSE_SECONDS)
            self._task.cancel()
            await asyncio.wait([self._task], timeout=_CLOSE_SECONDS)
        await self._link.drop()

    async def write(self, scope: Scope, insert: Insert, rows: Sequence[Any]) -> Outcome:
        """Store rows durably; returns what the commit changed.

        Raises `QueueFull` and `DatabaseAway`: send the same again, the rows carry what makes them idempotent. Raises
        `RowsRefused` when the database does not accept them.
        """
        if self.waiting_rows + len(rows) > self._queue_rows:
            raise QueueFull
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._awaited.append(Submission(scope, insert, rows, done))
        self.waiting_rows += len(rows)
        self._wake.set()
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                return await done
        except TimeoutError:
            raise DatabaseAway("nothing was acknowledged in time; the rows may yet be stored") from None

    def offer(self, scope: Scope, insert: Insert, row: Any) -> None:
        """Have a row stored when there is time. Never waits; drops the row and counts it when too many wait."""
        if len(self._offered) >= self._offered_rows:
            self.dropped_rows += 1
            return
        self._offered.append(Submission(scope, insert, (row,), None))
        if len(self._offered) == 1:
            asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._wake.set)
        elif len(self._offered) == _LINGER_ROWS:
            self._wake.set()

    async def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._closing or self._awaited or self._offered:
            if not self._closing:
                await self._wake.wait()
            self._wake.clear()
            while batch := self._take():
                try:
                    await self._commit(batch)
                    pause = _FIRST_PAUSE_SECONDS
                except (psycopg.OperationalError, OSError) as error:
                    if pause == _FIRST_PAUSE_SECONDS:
                        _LOG.warning("write_lost", reason=str(error).partition("\n")[0], submissions=len(batch))
                    await self._come_back(batch, pause)
                    pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _take(self) -> list[Submission]:
        """The next submissions, those that somebody waits for first."""
        batch: list[Submission] = []
        rows = 0
        while rows < _BATCH_ROWS and (self._awaited or self._offered):
            submission = self._awaited.popleft() if self._awaited else self._offered.popleft()
            if submission.done is not None:
                self.waiting_rows -= len(submission.rows)
            if not submission.is_abandoned():
                batch.append(submission)
                rows += len(submission.rows)
        return batch

    async def _come_back(self, batch: Sequence[Submission], pause: float) -> None:
        """Whether a lost transaction was committed is unknown: the same rows go first in the next one."""
        for submission in reversed(batch):
            if submission.done is None:
                self._offered.appendleft(submission)
            elif not submission.done.done():
                self._awaited.appendleft(submission)
                self.waiting_rows += len(submission.rows)
        await self._link.drop()
        await asyncio.sleep(pause)

    async def _commit(self, batch: Sequence[Submission]) -> None:
        """One transaction; where the database refuses it, halves, until the submissions at fault stand alone."""
        try:
            results = await self._transaction(batch)
        except psycopg.OperationalError:
            raise
        except psycopg.Error as error:
            if len(batch) == 1:
                self._refuse(batch[0], error)
                return
            half = len(batch) // 2
            await self._commit(batch[:half])
            await self._commit(batch[half:])
            return
        for submission, outcome in zip(batch, results, strict=True):
            submission.settle(outcome)

    def _refuse(self, submission: Submission, error: psycopg.Error) -> None:
        reason = str(error).partition("\n")[0]
        if submission.done is None:
            self.dropped_rows += len(submission.rows)
            _LOG.error("row_dropped", statement=submission.insert.name, reason=reason)
        submission.fail(explained(error, reason))

    async def _transaction(self, batch: Sequence[Submission]) -> list[Outcome]:
        connection = await self._link.connection()
        with bounded(connection, _TRANSACTION_SECONDS):
            async with connection.pipeline(), connection.transaction():
                cursors = await send(connection, batch)
        return await outcomes(batch, cursors)
