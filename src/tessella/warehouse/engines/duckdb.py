"""Customers in files of Parquet or CSV, read by DuckDB in worker processes beside us."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import (
    PackageMissing,
    QueryFailed,
    QueryTimedOut,
    SourceAway,
    SourceSlow,
    ValueUnreadable,
    ViewGone,
)
from tessella.domain.features.duckdb_values import literal
from tessella.domain.own_places import OwnPlaces
from tessella.domain.rules.sql import Engine
from tessella.ports.customer_engine import EngineColumn
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.duckdb.warehouse import parquet_copy
from tessella.warehouse.engines.columns import column_of
from tessella.warehouse.engines.driver import Row
from tessella.warehouse.engines.locations import check_url, files_of, scheme_of, urls_of

#: How DuckDB says that a value does not fit the type of its column.
_UNREADABLE: Final = ("Conversion Error", "CSV Error")


class DuckDBDriver:
    """One view in files. One worker runs the sets, the other the lookups; each starts with its first statement."""

    dialect: Engine = "duckdb"

    def __init__(self, source: CustomerSource, places: OwnPlaces, worker: DuckDBWorker, lookups: DuckDBWorker) -> None:
        self._source = source
        self._places = places
        self._worker = worker
        self._lookups = lookups
        self._sql = ""

    def describe(self) -> list[EngineColumn]:
        """The columns of the first file; CSV keeps the types that DuckDB finds in it now. Raises `ViewGone`."""
        try:
            files = self._files()
            found = self._ask(self._worker, f"DESCRIBE {reading(files, [])}") if files else []
        except QueryFailed as error:
            raise SourceAway(self._source.source_id, error.problem) from None
        if not files:
            raise ViewGone(self._source.source_id, self._source.view)
        columns = [column_of(name, kind) for name, kind, *_ in found]
        self._sql = reading(files, columns)
        return columns

    def source(self) -> str:
        """SQL that reads the files."""
        return self._sql

    def query(self, sql: str) -> list[Row]:
        """The rows of a statement over all customers."""
        return self._ask(self._worker, sql)

    def look_up(self, sql: str) -> list[Row]:
        """The rows of a statement over a few customers: it reads the key's column of every file."""
        return self._ask(self._lookups, sql)

    def export(self, sql: str, path: Path) -> None:
        """Write the rows of a statement as Parquet."""
        self._ask(self._worker, parquet_copy(sql, path))

    def close(self) -> None:
        """End the worker of the lookups."""
        self._lookups.close()

    def _files(self) -> Sequence[str]:
        if scheme_of(self._source.location) is None:
            return [str(each) for each in files_of(self._source.location, self._source.view, self._places)]
        for pattern in urls_of(self._source.location, self._source.view):
            if found := self._ask(self._worker, f"SELECT file FROM glob({literal(pattern)}) ORDER BY file"):
                return [file for (file,) in found]
        return []

    def _ask(self, worker: DuckDBWorker, sql: str) -> list[Row]:
        try:
            return worker.query(sql)
        except QueryTimedOut as error:
            raise SourceSlow(self._source.source_id, error.seconds) from None
        except QueryFailed as error:
            if any(text in error.problem for text in _UNREADABLE):
                raise ValueUnreadable(self._source.source_id, error.problem) from None
            raise


def reading(files: Sequence[str], columns: Sequence[EngineColumn]) -> str:
    """SQL that yields the rows of files. CSV is read with the types of `columns`: what has another one fails."""
    listed = f"[{', '.join(map(literal, files))}]"
    if not files[0].endswith(".csv"):
        return f"SELECT * FROM read_parquet({listed})"
    types = ", ".join(f"{literal(each.name)}: {literal(each.type_name)}" for each in columns)
    return f"SELECT * FROM read_csv({listed}{f', types = {{{types}}}' if types else ''})"


def schemes_of(source: CustomerSource, places: OwnPlaces) -> tuple[str, ...]:
    """The scheme that the workers open by fsspec, if any. Raises `LocationRefused` and `PackageMissing`."""
    if (scheme := scheme_of(source.location)) is None:
        return ()
    check_url(source.location, places)
    from fsspec import get_filesystem_class

    try:
        get_filesystem_class(scheme)
    except (ImportError, ValueError) as error:
        advice = f"fsspec opens {scheme}:// with a package of its own: install that beside Tessella."
        raise PackageMissing(source.source_id, str(error), advice) from None
    return (scheme,)
