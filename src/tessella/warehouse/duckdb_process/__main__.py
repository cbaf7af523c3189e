"""The worker's own side: DuckDB in memory, one statement at a time, until the owner closes the pipe.

Started as `python -m tessella.warehouse.duckdb_process SETTINGS SCHEME...`, where SETTINGS is a JSON object for DuckDB,
and each SCHEME one of URLs that fsspec opens.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

import duckdb

from tessella.warehouse.duckdb_process.wire import QUERY, Cell, Columns, Failure, Query, Row, Rows, body_of_frame, frame

#: How DuckDB's types travel: what MessagePack or the driver cannot carry becomes what it can.
SENT_AS = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMP", "DATE": "TIMESTAMP", "TIMESTAMP_NS": "TIMESTAMP", "UUID": "VARCHAR"}


def main() -> None:
    """Serve statements from standard input on standard output."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever DuckDB prints must not land between the frames
    connection = connect(json.loads(sys.argv[1]), sys.argv[2:])
    requests: SimpleQueue[Query | Columns] = SimpleQueue()
    Thread(target=receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        replies.write(reply_to(requests.get(), connection))
        replies.flush()


def connect(settings: dict[str, Any], schemes: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """An in-memory database in UTC whose settings no statement can change."""
    connection = duckdb.connect(config=settings)
    open_by_fsspec(schemes, connection)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
    return connection


def open_by_fsspec(schemes: Sequence[str], connection: duckdb.DuckDBPyConnection) -> None:
    """Have fsspec open the URLs of these schemes. It lists folders anew each time: others write there."""
    for scheme in schemes:
        from fsspec import filesystem

        connection.register_filesystem(filesystem(scheme, use_listings_cache=False))


def receive(pipe: BinaryIO, requests: SimpleQueue[Query | Columns]) -> None:
    """Queue what the owner asks. When the owner is gone the process ends, in the middle of a statement if need be."""
    try:
        while True:
            requests.put(QUERY.decode(body_of_frame(exactly(pipe))))
    except EOFError:
        os._exit(0)


def exactly(pipe: BinaryIO) -> Callable[[int], bytes]:
    """A reader of exactly so many bytes from `pipe`."""

    def read(size: int) -> bytes:
        data = pipe.read(size)
        if len(data) < size:
            raise EOFError
        return data

    return read


def reply_to(asked: Query | Columns, connection: duckdb.DuckDBPyConnection) -> bytes:
    """The framed answer to one statement."""
    try:
        return frame(Rows(columns_of(asked, connection) if isinstance(asked, Columns) else rows_of(asked, connection)))
    except duckdb.Error as error:
        return frame(Failure(one_sentence(str(error))))
    except OverflowError:
        return frame(Failure("The result holds an integer beyond 64 bits; cast it to DOUBLE."))
    except TypeError as error:
        return frame(Failure(f"The result holds a value that cannot be sent: {error}."))


def columns_of(asked: Columns, connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Run the statement and write its columns; which they are."""
    from tessella.warehouse.duckdb_process.columns import write  # loads numpy

    return write(connection.sql(asked.sql).fetchnumpy(), Path(asked.folder))


def rows_of(query: Query, connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Run the statement; its rows in types that travel."""
    result: duckdb.DuckDBPyRelation | None = connection.sql(query.sql, params=query.parameters)
    if result is None:
        return []
    rows: list[Row] = result.project(", ".join(map(sent_as, range(1, 1 + len(result.types)), result.types))).fetchall()
    moments = [at for at, kind in enumerate(result.types) if "TIMESTAMP" in SENT_AS.get(str(kind), str(kind))]
    return [tuple(in_utc(cell) for cell in row) for row in rows] if moments else rows


def sent_as(position: int, kind: object) -> str:
    """The SQL that makes the column at `position`, from 1, travel."""
    target = "DOUBLE" if str(kind).startswith("DECIMAL") else SENT_AS.get(str(kind))
    return f"CAST(#{position} AS {target})" if target else f"#{position}"


def in_utc(cell: Cell) -> Cell:
    """A naive moment means UTC; any other value as it is."""
    return cell.replace(tzinfo=UTC) if isinstance(cell, datetime) else cell


def one_sentence(text: str) -> str:
    """DuckDB's message without the excerpt of the statement that follows it."""
    return text.partition("\n")[0].strip()


if __name__ == "__main__":
    main()
