"""Customers in PostgreSQL: its SQL runs there, in transactions that read only and end in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import psycopg
from psycopg import Connection

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import ViewGone
from tessella.domain.rules.sql import Engine
from tessella.ports.customer_engine import EngineColumn
from tessella.processes.links import cut
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines.columns import column_of
from tessella.warehouse.engines.copies import copied, parquet_sql, sent_as
from tessella.warehouse.engines.credentials import Credentials
from tessella.warehouse.engines.driver import CONNECT_SECONDS, LOOKUP_SECONDS, Row, ended_after
from tessella.warehouse.engines.dsn import connection_parameters
from tessella.warehouse.engines.names import all_rows, view_name
from tessella.warehouse.engines.postgresql_problems import explained

#: A domain's type is that of its values; an enum is told as such.
_COLUMNS: Final = """\
SELECT a.attname, CASE WHEN t.typtype = 'e' THEN 'enum'
                       ELSE format_type(CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END,
                                        CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END) END
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
 WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attnum"""
_BEGIN: Final = "SELECT set_config('TimeZone', 'UTC', true), set_config('statement_timeout', %s, true)"
#: PostgreSQL ends a statement itself; a link that hangs is shut down so much later.
_GRACE_SECONDS: Final = 5.0


class PostgreSQLDriver:
    """One view. Each set has a connection of its own; lookups share one, which is made again when it is lost."""

    dialect: Engine = "postgres"

    def __init__(self, source: CustomerSource, credentials: Credentials, seconds: float, worker: DuckDBWorker) -> None:
        self._source = source
        self._credentials = credentials
        self._seconds = seconds
        self._worker = worker
        self._parameters = connection_parameters(source, credentials)
        self._lookups: Connection[Row] | None = None
        self._lock = Lock()
        self._open: set[Connection[Row]] = set()

    def describe(self) -> list[EngineColumn]:
        """The columns as the catalogue has them. Raises `ViewGone`."""
        with self._connected() as connection, self._transaction(connection, LOOKUP_SECONDS):
            found = connection.execute(_COLUMNS, [view_name(self._source.view, "postgres")]).fetchall()
        if not found:
            raise ViewGone(self._source.source_id, self._source.view)
        return [column_of(name, kind) for name, kind in found]

    def source(self) -> str:
        """SQL that reads the view."""
        return all_rows(self._source.view, "postgres")

    def query(self, sql: str) -> list[Row]:
        """The rows of a statement over all customers."""
        with self._connected() as connection, self._transaction(connection, self._seconds):
            return connection.execute(sql.encode()).fetchall()

    def look_up(self, sql: str) -> list[Row]:
        """The rows of a statement over a few customers."""
        with self._lock:
            if self._lookups is None or self._lookups.closed:
                self._lookups = self._connect()
            with self._transaction(self._lookups, LOOKUP_SECONDS):
                return self._lookups.execute(sql.encode()).fetchall()

    def export(self, sql: str, path: Path) -> None:
        """Copy the rows of a statement here as CSV, which DuckDB beside us then makes Parquet of."""
        text = path.with_suffix(".csv")
        try:
            with self._connected() as connection, self._transaction(connection, self._seconds):
                columns = sent_as(connection, sql)
                copied(connection, sql, columns, text)
            self._worker.execute(parquet_sql(text, columns, path))
        finally:
            text.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave PostgreSQL. What runs ends with an error."""
        for connection in list(self._open):
            cut(connection)
        with self._lock:
            if self._lookups is not None:
                self._lookups.close()

    @contextmanager
    def _connected(self) -> Iterator[Connection[Row]]:
        connection = self._connect()
        try:
            yield connection
        finally:
            self._open.discard(connection)
            connection.close()

    def _connect(self) -> Connection[Row]:
        with explained(self._source, self._credentials, CONNECT_SECONDS):
            connection: Connection[Row] = psycopg.connect(**self._parameters, prepare_threshold=None)
        connection.read_only = True
        self._open.add(connection)
        return connection

    @contextmanager
    def _transaction(self, connection: Connection[Row], seconds: float) -> Iterator[None]:
        """One that reads only, in UTC, and ends in time."""
        with (
            ended_after(seconds + _GRACE_SECONDS, lambda: cut(connection)) as late,
            explained(self._source, self._credentials, seconds, late),
            connection.transaction(),
        ):
            connection.execute(_BEGIN, [f"{seconds * 1000:.0f}"])
            yield
