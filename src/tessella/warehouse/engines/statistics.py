"""What a sample of rows holds, told by DuckDB beside us, for every engine alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.ports.customer_engine import ColumnStatistics, ReadAs, SampleStatistics
from tessella.warehouse.duckdb import DuckDBWorker

MOST_ROWS: Final = 100_000
_MOST_CELLS: Final = 5_000_000
_MOST_FREQUENT: Final = 5
_WITH_RANGE: Final = {FeatureType.NUMBER, FeatureType.INTEGER, FeatureType.TIMESTAMP}


def sampled_rows(columns: int) -> int:
    """How many rows are looked at, for so many columns.

    >>> sampled_rows(20), sampled_rows(2000)
    (100000, 2500)
    """
    return min(MOST_ROWS, _MOST_CELLS // max(columns, 1))


def statistics_of(sample: Path, columns: Sequence[ReadAs], limit: int, worker: DuckDBWorker) -> SampleStatistics:
    """The statistics of a Parquet file whose columns are `f0`, `f1` and so on; it has up to `limit` rows."""
    source = f"read_parquet({literal(str(sample))})"
    ((rows,),) = worker.query(f"SELECT COUNT(*) FROM {source}")
    told = {read.column.name: _column(source, f"f{at}", read.type, worker) for at, read in enumerate(columns)}
    return SampleStatistics(rows, rows < limit, told)


def joined(told: Sequence[SampleStatistics]) -> SampleStatistics:
    """The statistics of all columns, from those of some at a time."""
    columns = {name: each for some in told for name, each in some.columns.items()}
    return SampleStatistics(max((some.rows for some in told), default=0), all(some.is_whole for some in told), columns)


def _column(source: str, name: str, kind: FeatureType, worker: DuckDBWorker) -> ColumnStatistics:
    ranged = f"MIN({name}), MAX({name})" if kind in _WITH_RANGE else "NULL, NULL"
    summary = f"SELECT COUNT(*), COUNT({name}), APPROX_COUNT_DISTINCT({name}), {ranged} FROM {source}"
    ((rows, present, distinct, lowest, highest),) = worker.query(summary)
    absent_share = 1 - present / rows if rows else 0.0
    return ColumnStatistics(absent_share, distinct, lowest, highest, _top(source, name, kind, worker))


def _top(source: str, name: str, kind: FeatureType, worker: DuckDBWorker) -> tuple[tuple[Value, int], ...]:
    values = f"UNNEST({name})" if kind is FeatureType.STRING_LIST else name
    counted = f"SELECT v, COUNT(*) AS n FROM (SELECT {values} AS v FROM {source}) WHERE v IS NOT NULL GROUP BY v"
    return tuple((value, n) for value, n in worker.query(f"{counted} ORDER BY n DESC, v LIMIT {_MOST_FREQUENT}"))
