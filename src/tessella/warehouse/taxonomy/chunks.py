"""Which rows of Parquet files are read together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from tessella.domain.errors import FileInvalid
from tessella.domain.features.duckdb_values import literal

#: At least so many rows make a chunk, where the file has them: as many as DuckDB writes together.
FEWEST: Final = 122_880
#: A row group is read in parts of at most so many: reading a part passes over the rest of its group.
MOST: Final = 4 * FEWEST


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one file, the first and the last one included."""

    file: Path
    first: int
    last: int

    @property
    def rows(self) -> int:
        """How many."""
        return self.last - self.first + 1

    def sql(self, columns: str) -> str:
        """A SELECT of the rows, which reads no other row group."""
        inside = f"file_row_number BETWEEN {self.first} AND {self.last}"
        return f"SELECT {columns} FROM read_parquet({literal(str(self.file))}, file_row_number = true) WHERE {inside}"


def files_of(source: Path) -> list[Path]:
    """The file itself, or all files of a folder that end with .parquet. Raises `FileInvalid` where there is none."""
    files = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    if not files or not files[0].is_file():
        raise FileInvalid(str(source), "", "There is no Parquet file.", "Name a file, or a folder of .parquet files.")
    return files


def chunks_of(database: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> Iterator[Chunk]:
    """All rows, in chunks along the row groups."""
    for file in files:
        groups = database.execute(
            f"SELECT any_value(row_group_num_rows) FROM parquet_metadata({literal(str(file))})"
            " GROUP BY row_group_id ORDER BY row_group_id"
        ).fetchall()
        first = last = 0
        for (rows,) in groups:
            last += rows
            if last - first >= FEWEST:
                yield from _parts(file, first, last)
                first = last
        yield from _parts(file, first, last)


def _parts(file: Path, first: int, end: int) -> Iterator[Chunk]:
    for start in range(first, end, MOST):
        yield Chunk(file, start, min(start + MOST, end) - 1)
