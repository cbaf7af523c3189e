"""A COMMIT whose answer was lost: whether it took place is asked on the next connection, before anything is resent.

Each transaction leaves a mark. Its number alone proves nothing: a server that crashed has forgotten the transactions
that had not reached the disk, and gives their numbers to others.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import SET_SCOPE, Scope, system
from tessella.storage.writing.batch import Result
from tessella.storage.writing.submissions import Submission

#: Which server it is, and which of its pasts: a standby that took over numbers its transactions anew. A transaction
#: whose client is gone without a word ends soon, as others wait for its rows.
_GREET: Final = """
SELECT system_identifier::text, left(pg_walfile_name(pg_current_wal_lsn()), 8),
       set_config('idle_in_transaction_session_timeout', '3s', false)
  FROM pg_control_system()
"""
_MARK: Final = """
INSERT INTO tessella.writer_marks (namespace, writer, mark) VALUES (%(namespace)s, %(writer)s, %(mark)s)
ON CONFLICT (namespace, writer) DO UPDATE SET mark = excluded.mark, marked_at = now()
RETURNING pg_current_xact_id()::text
"""
_STATUS: Final = "SELECT pg_xact_status(%s::xid8)"
_IS_MARKED: Final = """
SELECT EXISTS (SELECT FROM tessella.writer_marks
                WHERE namespace = %(namespace)s AND writer = %(writer)s AND mark = %(mark)s)
"""
#: How long the mark of a writer that has ended is kept.
RETENTION_DAYS: Final = 1
_FORGET: Final = f"""
DELETE FROM tessella.writer_marks
 WHERE namespace = %(namespace)s AND marked_at < now() - interval '{RETENTION_DAYS} days'
"""

Server = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What one transaction of one writer leaves in the database."""

    namespace: Namespace
    writer: uuid.UUID
    mark: int

    @property
    def scope(self) -> Scope:
        """In which it is written and read."""
        return system(self.namespace)

    def parameters(self) -> dict[str, Any]:
        """The values of the statements."""
        return {"namespace": self.namespace, "writer": self.writer, "mark": self.mark}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A transaction of which it is not known whether it was committed."""

    server: Server
    number: str
    mark: Mark
    batch: list[Submission]
    #: What holds if it was.
    results: Sequence[Result]


async def greet(connection: Connection) -> Server:
    """Which server a new connection is to."""
    row = await (await connection.execute(_GREET)).fetchone()
    assert row is not None, "a function gives a row"
    return tuple(row)


async def leave(connection: Connection, mark: Mark) -> psycopg.AsyncCursor[Any]:
    """Mark the open transaction; the cursor gives its number. Leaves the scope of the mark behind."""
    await connection.execute(SET_SCOPE, mark.scope.parameters())
    return await connection.execute(_MARK, mark.parameters())


async def was_committed(connection: Connection, server: Server, doubt: Doubt) -> bool:
    """Whether the transaction took place: whether its mark is there once it has ended.

    Raises `psycopg.OperationalError` while it is still being decided.
    """
    if server == doubt.server and await _is_under_way(connection, doubt.number):
        raise psycopg.OperationalError("the server has not yet decided about the last transaction")
    async with connection.transaction():
        await connection.execute(SET_SCOPE, doubt.mark.scope.parameters())
        row = await (await connection.execute(_IS_MARKED, doubt.mark.parameters())).fetchone()
    assert row is not None, "EXISTS gives a row"
    return bool(row[0])


async def forget_old(connection: Connection, namespace: Namespace) -> None:
    """Remove the marks of writers that have written nothing for `RETENTION_DAYS`."""
    await connection.execute(_FORGET, {"namespace": namespace})


async def _is_under_way(connection: Connection, number: str) -> bool:
    try:
        row = await (await connection.execute(_STATUS, [number])).fetchone()
    except psycopg.DataError:  # a number that it has not reached: it has forgotten the transaction
        return False
    assert row is not None, "a function gives a row"
    return bool(row[0] == "in progress")
