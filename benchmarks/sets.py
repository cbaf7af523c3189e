"""The `sets` benchmark: 200 segments over 1,000,000 subjects in DuckDB, one scan."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.sets_workload import NOW_US, ROWS, SCHEMA, parquet_sql, relation, segments
from tessella.domain.rules.sql import SetEvaluation, SqlContext
from tessella.warehouse.duckdb import DuckDBWorker

BY_HAND: Final = Path(__file__).with_name("sets_by_hand.sql")
RUNS: Final = 7
#: At most so many times as long as the SQL written by hand.
SLOWER: Final = 1.3


def run() -> Iterator[Figure]:
    """Find who is in 200 segments among 1,000,000 subjects, beside SQL for the same segments written by hand."""
    with tempfile.TemporaryDirectory() as folder, DuckDBWorker(memory_limit="4GB", threads=2) as duckdb:
        parquet = Path(folder) / "subjects.parquet"
        duckdb.execute(parquet_sql(parquet))
        duckdb.execute(f"CREATE VIEW subjects AS FROM read_parquet('{parquet}')")
        trees = segments()
        evaluation = SetEvaluation(SqlContext("duckdb", NOW_US), relation(parquet), SCHEMA, trees)
        start = perf_counter()
        (ours,) = evaluation.membership(list(trees))
        yield Figure("sets: writing the SQL of 200 segments", (perf_counter() - start) * 1000, "ms")
        yield compared(duckdb, {"ours": ours.sql, "by hand": BY_HAND.read_text()})
        (counts,) = evaluation.counts(list(trees))
        start = perf_counter()
        duckdb.query(counts.sql)
        yield Figure(f"sets: counting 200 segments in {ROWS:,} rows, once", perf_counter() - start, "s")


def compared(duckdb: DuckDBWorker, statements: Mapping[str, str]) -> Figure:
    """Medians of interleaved runs that evaluate every segment of every row and hash the rows. The hashes are equal."""
    taken: dict[str, list[float]] = {name: [] for name in statements}
    hashes = set()
    for _ in range(RUNS):
        for name, statement in statements.items():
            start = perf_counter()
            hashes.update(duckdb.query(f"SELECT count(*), bit_xor(hash(found)) FROM ({statement}) AS found"))
            taken[name].append(perf_counter() - start)
    if len(hashes) != 1:
        raise AssertionError(f"the statements disagree: {hashes}")
    seconds = {name: statistics.median(each) for name, each in taken.items()}
    goal = Goal("ratio", ">=", round(1 / SLOWER, 4))
    return Figure(f"sets: 200 segments x {ROWS:,} rows", seconds["ours"], "s", "SQL by hand", seconds["by hand"], goal)
