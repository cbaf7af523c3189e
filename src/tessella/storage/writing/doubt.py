"""A COMMIT whose answer was lost: whether it took place is asked on the next connection, before anything is resent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from tessella.storage.connections.connecting import Connection
from tessella.storage.writing.batch import Result
from tessella.storage.writing.submissions import Submission

#: Which server it is, and which of its pasts: a standby that took over numbers its transactions anew. A transaction
#: whose client is gone without a word ends soon, as others wait for its rows.
_GREET: Final = """
SELECT system_identifier::text, left(pg_walfile_name(pg_current_wal_lsn()), 8),
       set_config('idle_in_transaction_session_timeout', '3s', false)
  FROM pg_control_system()
"""
NUMBER: Final = "SELECT pg_current_xact_id()::text"
_STATUS: Final = "SELECT pg_xact_status(%s::xid8)"

Server = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A transaction of which it is not known whether it was committed."""

    server: Server
    number: str
    batch: list[Submission]
    #: What holds if it was.
    results: Sequence[Result]


async def greet(connection: Connection) -> Server:
    """Which server a new connection is to."""
    row = await (await connection.execute(_GREET)).fetchone()
    assert row is not None, "a function gives a row"
    return tuple(row)


async def was_committed(connection: Connection, server: Server, doubt: Doubt) -> bool:
    """Whether the transaction took place. On another server nobody knows; then it is to be sent again, as if not.

    Raises `psycopg.OperationalError` while it is still being decided.
    """
    if server != doubt.server:
        return False
    try:
        row = await (await connection.execute(_STATUS, [doubt.number])).fetchone()
    except psycopg.DataError:  # a number that it has not reached: it was set back to an earlier moment
        return False
    assert row is not None, "a function gives a row"
    if row[0] == "in progress":
        raise psycopg.OperationalError("the server has not yet decided about the last transaction")
    return bool(row[0] == "committed")
