"""The rows of Spark as Parquet, a row group at a time. Needs the extra `spark`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from tessella.warehouse.engines.driver import ROW_GROUP_ROWS

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame


def write_parquet(rows: DataFrame, path: Path) -> None:
    """Write the rows as they come: a row group is in memory, never all of them."""
    groups = row_groups(tables(rows))
    first = next(groups, None)
    table = rows.limit(0).toArrow() if first is None else first
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        for group in groups:
            writer.write_table(group)


def tables(rows: DataFrame) -> Iterator[pa.Table]:
    """The rows as Arrow tables, as Spark sends them.

    The client's own `toArrow` holds them all, and `toLocalIterator` makes an object of each row: it goes by the same
    two calls, the second of which has no public name.
    """
    client = rows._session.client
    plan = rows._plan
    for sent in client.to_table_as_iterator(plan.to_proto(client), plan.observations):
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
