"""Rows of a test as a table of DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.duckdb.worker import quoted
from tessella.warehouse.duckdb_process.wire import Cell

#: Rows that travel to the worker in one message.
CHUNK_ROWS = 10_000


def load_rows(worker: DuckDBWorker, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Cell]]) -> None:
    """Make `table` from rows: `columns` gives names and DuckDB types, in the order of the cells."""
    declared = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    worker.execute(f"CREATE OR REPLACE TABLE {quoted(table)} ({declared})")
    cells = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK_ROWS)):
        worker.execute(
            f"INSERT INTO {quoted(table)} SELECT {cells}", [list(column) for column in zip(*chunk, strict=True)]
        )
