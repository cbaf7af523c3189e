"""DuckDB as the use cases see it: sets in and out as CSV, by files that the worker reads and writes."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.features.duckdb_values import literal
from tessella.warehouse.duckdb.threads import to_its_end
from tessella.warehouse.duckdb.worker import DuckDBWorker, quoted
from tessella.warehouse.duckdb_process.wire import Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: How much of a file is held in memory at once.
PIECE_BYTES: Final = 1 << 20
PREFIX: Final = "tessella-set-"
#: Rows that are written, and read or passed over by one thread, at a time.
ROW_GROUP_ROWS: Final = 122_880


class DuckDBWarehouse:
    """A worker, and files that pass between it and us. Neither holds a whole set in memory."""

    def __init__(self, worker: DuckDBWorker) -> None:
        self._worker = worker

    async def load_csv(self, table: str, columns: Mapping[str, str], rows: AsyncIterable[bytes]) -> None:
        """Make `table` from CSV without a header; an empty field without quotes is NULL."""
        with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
            path = Path(folder, "in.csv")
            await write(path, rows)
            await to_its_end(self._worker.execute, load_sql(table, columns), [str(path)])

    async def csv_to_parquet(
        self, path: Path, columns: Mapping[str, str], rows: AsyncIterable[bytes], result: str = "*"
    ) -> None:
        """Write Parquet from CSV without a header: the columns of `result`, which is SQL over those of the CSV."""
        read = path.with_suffix(".csv")
        await write(read, rows)
        try:
            await self.result_parquet(f"SELECT {result} FROM {csv_source(literal(str(read)), columns)}", path)
        finally:
            read.unlink()

    async def rows(self, sql: str) -> list[Row]:
        """The rows of one statement, which are few."""
        return await to_its_end(self._worker.query, sql)

    async def columns(self, sql: str) -> dict[str, NDArray[Any]]:
        """The columns of one statement's result by name."""
        with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
            return await to_its_end(self._columns, sql, Path(folder))

    def _columns(self, sql: str, folder: Path) -> dict[str, NDArray[Any]]:
        from tessella.warehouse.duckdb_process.columns import read  # loads numpy

        return read(self._worker.columns(sql, folder), folder)

    async def result_parquet(self, sql: str, path: Path) -> int:
        """Write the rows of one statement as Parquet; how many."""
        [(count,)] = await self.rows(parquet_copy(sql, path))
        return int(count)

    async def view_parquet(self, name: str, path: Path) -> None:
        """Make a Parquet file readable under a name."""
        await to_its_end(
            self._worker.execute, f"CREATE OR REPLACE VIEW {quoted(name)} AS FROM read_parquet({literal(str(path))})"
        )

    async def result_csv(self, sql: str) -> AsyncIterator[bytes]:
        """The rows of one statement as CSV without a header; NULL is an empty field without quotes."""
        with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
            path = Path(folder, "out.csv")
            await to_its_end(self._worker.execute, f"COPY ({sql}) TO {literal(str(path))} (HEADER false)")
            async for piece in pieces(path):
                yield piece


def parquet_copy(sql: str, path: Path) -> str:
    """The statement that writes the rows of another as Parquet."""
    return f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"


def load_sql(table: str, columns: Mapping[str, str]) -> str:
    """The statement that makes a table of CSV, whose path is its parameter."""
    return f"CREATE OR REPLACE TABLE {quoted(table)} AS FROM {csv_source('?', columns)}"


def csv_source(path: str, columns: Mapping[str, str]) -> str:
    """CSV without a header. Nothing is guessed: neither dialect nor type, and a quoted empty text is not NULL."""
    pairs = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in columns.items())
    dialect = (
        "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false"
    )
    return f"read_csv({path}, {dialect}, columns = {{{pairs}}})"


async def write(path: Path, rows: AsyncIterable[bytes]) -> None:
    """The rows as a file."""
    with path.open("wb", buffering=PIECE_BYTES) as file:
        async for piece in rows:
            file.write(piece)


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """The file, a piece at a time."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
