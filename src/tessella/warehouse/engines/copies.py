"""The rows of PostgreSQL on their way to Parquet: as CSV, which both sides read and write exactly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from tessella.domain.features.duckdb_values import literal
from tessella.warehouse.duckdb.warehouse import PIECE_BYTES, csv_source, parquet_copy
from tessella.warehouse.duckdb.worker import quoted

#: DuckDB's type for each of PostgreSQL's by its number in the catalogue; any other comes as its text.
_TYPES: Final[Mapping[int, str]] = {
    16: "BOOLEAN", 20: "BIGINT", 21: "BIGINT", 23: "BIGINT", 700: "DOUBLE", 701: "DOUBLE", 1009: "VARCHAR[]",
    1015: "VARCHAR[]",
}  # fmt: skip
_LIST: Final = "VARCHAR[]"

#: Columns of a result, and their types in DuckDB.
Columns = Mapping[str, str]


def sent_as(connection: Connection[Any], sql: str) -> Columns:
    """The columns that a statement yields; it is planned only."""
    described = connection.execute(f"SELECT * FROM (\n{sql}\n) AS rows LIMIT 0".encode()).description or []
    return {each.name: _TYPES.get(each.type_code, "VARCHAR") for each in described}


def copied(connection: Connection[Any], sql: str, columns: Columns, path: Path) -> None:
    """Write the rows of a statement as CSV. Lists travel as JSON."""
    selected = ", ".join(
        f"array_to_json({quoted(name)})::text" if kind == _LIST else quoted(name) for name, kind in columns.items()
    )
    statement = f"COPY (SELECT {selected} FROM (\n{sql}\n) AS rows) TO STDOUT (FORMAT csv)"
    with (
        path.open("wb", buffering=PIECE_BYTES) as file,
        connection.cursor() as cursor,
        cursor.copy(statement.encode()) as copy,
    ):
        for piece in copy:
            file.write(piece)


def parquet_sql(text: Path, columns: Columns, path: Path) -> str:
    """DuckDB's statement that makes Parquet of the CSV."""
    read = {name: "VARCHAR" if kind == _LIST else kind for name, kind in columns.items()}
    listed = ", ".join(
        f"from_json({quoted(name)}, '[\"VARCHAR\"]') AS {quoted(name)}" if kind == _LIST else quoted(name)
        for name, kind in columns.items()
    )
    rows = f"SELECT {listed} FROM {csv_source(literal(str(text)), read)}"
    return parquet_copy(rows, path)
