"""The rows of Spark as Parquet, a row group at a time. Needs the extra `spark`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession

from tessella.warehouse.duckdb.warehouse import ROW_GROUP_ROWS


def write_parquet(session: SparkSession, sql: str, path: Path) -> None:
    """Write the rows of a statement as they come: a row group is in memory, never all of them."""
    rows = session.sql(sql)
    assert isinstance(rows, DataFrame), "a session of Spark Connect makes no other"
    groups = row_groups(tables(session, rows))
    first = next(groups, None)
    table = rows.limit(0).toArrow() if first is None else first
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        for group in groups:
            writer.write_table(group)


def tables(session: SparkSession, rows: DataFrame) -> Iterator[pa.Table]:
    """The rows as Arrow tables, as Spark sends them.

    The client's own `toArrow` holds them all, and `toLocalIterator` makes an object of each row: it goes by the same
    call, for which a plan is needed that has no public name.
    """
    plan = rows._plan
    for sent in session.client.to_table_as_iterator(plan.to_proto(session.client), plan.observations):
        if isinstance(sent, pa.Table):
            yield sent


def row_groups(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The parts put together until each is a row group."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(part)
        if sum(each.num_rows for each in waiting) >= ROW_GROUP_ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
