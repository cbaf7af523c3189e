"""One batch, one transaction, on the writer's own connection: what is committed, refused, and in doubt."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import psycopg

from tessella.logs import get_logger
from tessella.storage.connections.link import Link
from tessella.storage.connections.pipelined import pipelined
from tessella.storage.connections.presence import Presence
from tessella.storage.connections.watchdog import bounded
from tessella.storage.errors import RowsRefused
from tessella.storage.writing.batch import Result, results_of, send
from tessella.storage.writing.deadlines import SECONDS_PER_BYTE
from tessella.storage.writing.doubt import Doubt, Mark, Server, greet, leave, was_committed
from tessella.storage.writing.drops import Drops
from tessella.storage.writing.poison import refused_rows
from tessella.storage.writing.queue import Queue
from tessella.storage.writing.submissions import Journal, Submission, explained
from tessella.storage.writing.telling import Telling

#: How long a transaction may take, besides the time for its bytes. Less than a sender waits.
_SECONDS: Final = 0.8
_LOG: Final = get_logger(__name__)


class Committer:
    """Commits batches of a queue."""

    def __init__(self, dsn: str, presence: Presence, queue: Queue) -> None:
        self._link = Link(dsn)
        self._presence = presence
        self._queue = queue
        #: The connection that was greeted last, and its server.
        self._greeted: tuple[object, Server] = (None, ())
        #: What this writer's transactions are told from others' by.
        self._writer = uuid.uuid4()
        self._marks = itertools.count(1)
        #: Who is told of the last batch when the next one is on its way.
        self.told = Telling()
        #: The transaction whose end is not known.
        self.doubt: Doubt | None = None
        self.written_rows = 0
        #: Offered rows that were lost, those that found no room in the queue included.
        self.drops = Drops()

    async def drop(self) -> None:
        """Close the connection; the next use makes another."""
        await self._link.drop()

    async def commit(self, batch: list[Submission]) -> None:
        """Commit a batch, or give it back to the queue: in halves where the database refuses it.

        Raises `psycopg.OperationalError` and `OSError` when the connection is lost.
        """
        try:
            results = await self._transaction(batch)
        except (psycopg.OperationalError, OSError):
            if self.doubt is None:
                self._undo(batch, batch)
            raise
        except psycopg.Error as error:
            self.doubt = None
            await self._part(batch, error)
        else:
            self._settle(batch, results)

    async def resolve(self) -> None:
        """Find out how the transaction in doubt ended, and settle it or give it back to the queue. Raises likewise."""
        if self.doubt is None:
            return
        connection, server = await self._connected()
        with bounded(connection, _SECONDS):
            committed = await was_committed(connection, server, self.doubt)
        doubt, self.doubt = self.doubt, None
        if committed:
            self._settle(doubt.batch, doubt.results)
        else:
            self._undo(doubt.batch, doubt.batch)

    async def _connected(self) -> tuple[psycopg.AsyncConnection[Any], Server]:
        connection = await self._link.connection()
        if self._greeted[0] is not connection:
            with bounded(connection, _SECONDS):
                self._greeted = (connection, await greet(connection))
        return connection, self._greeted[1]

    async def _transaction(self, batch: list[Submission]) -> Sequence[Result]:
        connection, server = await self._connected()
        with self._presence.guarded(connection, _seconds(batch)):
            async with pipelined(connection):
                mark = Mark(batch[0].scope.namespace, self._writer, next(self._marks))
                number = await leave(connection, mark)
                sent = await send(connection, mark.scope, batch)
                self.told.release()
                row = await number.fetchone()
                assert row is not None, "the mark gives a row"
                found = await results_of(connection, sent)
                # From here on a loss may come after the commit.
                self.doubt = Doubt(server, row[0], mark, batch, found)
        self.doubt = None
        return found

    async def _part(self, batch: list[Submission], error: psycopg.Error) -> None:
        """Halves, until the submission at fault stands alone; then without the rows that the database refuses."""
        only = batch[0]
        if len(batch) > 1:
            half = len(batch) // 2
            self._undo(batch, batch[:half], batch[half:])
        elif len(only.rows) == 1 or only.refused or not isinstance(explained(error), RowsRefused):
            self._refuse(only, error)
        else:
            self._undo(batch, [await self._sifted(only)])

    async def _sifted(self, submission: Submission) -> Submission:
        connection, _ = await self._connected()
        try:
            with self._presence.guarded(connection, _seconds([submission])):
                return msgspec.structs.replace(submission, refused=await refused_rows(connection, submission))
        except (psycopg.OperationalError, OSError):
            self._undo([submission], [submission])
            raise

    def _undo(self, batch: Sequence[Submission], *again: list[Submission]) -> None:
        for journal in _journals(batch):
            journal.forget()
        self._queue.again(*again)

    def _settle(self, batch: Sequence[Submission], results: Sequence[Result]) -> None:
        for journal in _journals(batch):
            journal.keep()
        written = [each for each, result in zip(batch, results, strict=True) if not isinstance(result, Exception)]
        self.written_rows += sum(len(each.rows) for each in written)
        self._queue.done(batch)
        self.told.tell(batch, results, others_wait=bool(self._queue))

    def _refuse(self, submission: Submission, error: psycopg.Error) -> None:
        for journal in _journals([submission]):
            journal.forget()
        if submission.done is None:
            self.drops.add(len(submission.rows))
            _LOG.error("row_dropped", statement=submission.insert.name, reason=str(error))
        fault = explained(error)
        if isinstance(fault, RowsRefused):
            submission.settle([fault] * len(submission.rows))
        else:
            submission.fail(fault)
        self._queue.done([submission])


def _seconds(batch: Sequence[Submission]) -> float:
    return _SECONDS + sum(each.size for each in batch) * SECONDS_PER_BYTE


def _journals(batch: Sequence[Submission]) -> set[Journal]:
    return {each.insert.journal for each in batch if each.insert.journal is not None}
