"""Customers in Spark, through Spark Connect: its SQL runs on the cluster, and results come as Arrow.

Needs the extra `spark`, which is imported with the first statement.
"""

from __future__ import annotations

from pathlib import Path

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import QueryFailed, ViewGone
from tessella.domain.rules.sql import Engine
from tessella.ports.customer_engine import EngineColumn
from tessella.warehouse.engines.columns import column_of, out_of_reach, told_apart
from tessella.warehouse.engines.credentials import Credentials
from tessella.warehouse.engines.driver import LOOKUP_SECONDS, Row
from tessella.warehouse.engines.names import all_rows, view_name
from tessella.warehouse.engines.spark_link import SparkLink
from tessella.warehouse.engines.spark_problems import tells_gone


class SparkDriver:
    """One view. Sets and lookups have a session each."""

    dialect: Engine = "spark"

    def __init__(self, source: CustomerSource, credentials: Credentials, seconds: float) -> None:
        self._source = source
        self._sets = SparkLink(source, credentials, seconds)
        self._lookups = SparkLink(source, credentials, LOOKUP_SECONDS)

    def describe(self) -> list[EngineColumn]:
        """The columns as Spark's catalogue has them. Raises `ViewGone`."""
        try:
            with self._lookups.at_work() as session:
                fields = session.table(view_name(self._source.view, "spark")).schema.fields
        except QueryFailed as error:
            raise (ViewGone(self._source.source_id, self._source.view) if tells_gone(error) else error) from None
        found = [column_of(each.name, each.dataType.simpleString()) for each in fields]
        return [_reachable(each) for each in told_apart(found)]

    def source(self) -> str:
        """SQL that reads the view."""
        return all_rows(self._source.view, "spark")

    def query(self, sql: str) -> list[Row]:
        """The rows of a statement over all customers."""
        with self._sets.at_work() as session:
            return [tuple(row) for row in session.sql(sql).collect()]

    def look_up(self, sql: str) -> list[Row]:
        """The rows of a statement over a few customers."""
        with self._lookups.at_work() as session:
            return [tuple(row) for row in session.sql(sql).collect()]

    def export(self, sql: str, path: Path) -> None:
        """Write the rows of a statement as Parquet, while Spark still sends them."""
        from tessella.warehouse.engines.arrow import write_parquet

        with self._sets.at_work() as session:
            write_parquet(session, sql, path)

    def close(self) -> None:
        """Leave Spark. What runs ends with an error."""
        self._sets.close()
        self._lookups.close()


def _reachable(column: EngineColumn) -> EngineColumn:
    """Spark would put a setting in place of `${...}` in a name."""
    return out_of_reach(column, "Spark reads ${ in its name as a setting") if "${" in column.name else column
