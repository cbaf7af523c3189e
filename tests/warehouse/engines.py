"""DuckDB and PostgreSQL behind one face, for tests that ask both the same; Spark is in `spark.py`."""

from collections.abc import Sequence
from typing import Any, Protocol

import psycopg

from tessella.domain.rules.sql import Engine
from tessella.warehouse.duckdb import DuckDBWorker
from tests.duckdb_rows import load_rows
from tests.warehouse.raw_columns import Raw


class Runner(Protocol):
    name: Engine

    def load(self, table: str, columns: Sequence[Raw], rows: Sequence[Sequence[Any]]) -> None: ...

    def query(self, sql: str) -> list[tuple[Any, ...]]: ...


class DuckDBRunner:
    name: Engine = "duckdb"

    def __init__(self, worker: DuckDBWorker) -> None:
        self._worker = worker

    def load(self, table: str, columns: Sequence[Raw], rows: Sequence[Sequence[Any]]) -> None:
        types = {"id": "VARCHAR", "example": "BIGINT"} | {each.name: each.duckdb for each in columns}
        load_rows(self._worker, table, types, rows)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self._worker.query(sql)


class PostgresRunner:
    name: Engine = "postgres"

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def load(self, table: str, columns: Sequence[Raw], rows: Sequence[Sequence[Any]]) -> None:
        types = ", ".join(["id text", "example bigint", *(f'"{each.name}" {each.postgres}' for each in columns)])
        self._connection.execute(f"DROP TABLE IF EXISTS {table}; CREATE TEMP TABLE {table} ({types})")
        with self._connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()
