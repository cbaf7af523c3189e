"""The scan of the `audiences` benchmark in DuckDB: our statement beside the one by hand, and what memory it takes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.audiences_customers import files_of
from benchmarks.audiences_workload import audience_sql, membership_sql
from benchmarks.figure import Figure, Goal
from benchmarks.processes import peak_mib
from tessella.domain.features.duckdb_values import literal
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWorker

BY_HAND: Final = Path(__file__).with_name("audiences_by_hand.sql").read_text()
RUNS: Final = 5
#: At most so many times as long as the SQL written by hand.
SLOWER: Final = 1.15
MOST_MIB: Final = 2048
#: A million rows more may take so much longer than the first and still count as no longer: what runs scatter by.
_SCATTER: Final = 1.05
_CONSUMED: Final = "SELECT count(*), bit_xor(hash(subject_id, first, w0, w1)) FROM ({}) AS found"

#: Files by how many customers they hold.
Sets = Mapping[int, Sequence[Path]]


def scans(duckdb: DuckDBWorker, sets: Sets) -> Iterator[Figure]:
    """At each size, a row a customer with the first segment and all bits; both statements give the same rows."""
    per_million = {}
    for size, files in sets.items():
        duckdb.execute(f"CREATE OR REPLACE VIEW customers AS FROM {files_of(files)}")
        ours, by_hand = _medians(duckdb, [membership_sql("SELECT * FROM customers"), BY_HAND])
        goal = Goal("ratio", ">=", round(1 / SLOWER, 4)) if size == max(sets) else None
        yield Figure(f"audiences: 100 segments x {size:,} customers", ours, "s", "SQL by hand", by_hand, goal)
        per_million[size] = ours / size * 1e6
        yield Figure(f"audiences: a million of {size:,} customers", per_million[size], "s")
    growth = per_million[max(sets)] / per_million[min(sets)]
    yield Figure(
        "audiences: a million of the most, in times of the fewest", growth, "x", goal=Goal("value", "<=", _SCATTER)
    )
    yield Figure("audiences: peak of the worker that scanned", peak_mib(_pid(duckdb)), "MiB")


def peak_of_a_calculation(files: Sequence[Path], path: Path) -> Figure:
    """What a calculation does after reading: everybody's row with all features, sorted, as Parquet; by its settings."""
    settings = Settings()
    with DuckDBWorker(settings.warehouse_memory, settings.warehouse_threads) as duckdb:
        sql = audience_sql(f"SELECT * FROM {files_of(files)}")
        duckdb.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet)")
        peak = peak_mib(_pid(duckdb))
    path.unlink()
    return Figure("audiences: peak of a worker that sorts and writes them all", peak, "MiB", goal=_within())


def _within() -> Goal:
    return Goal("value", "<=", MOST_MIB)


def _medians(duckdb: DuckDBWorker, statements: Sequence[str]) -> list[float]:
    """Seconds of interleaved runs. Raises when the statements disagree."""
    taken: list[list[float]] = [[] for _ in statements]
    hashes = set()
    for _ in range(RUNS):
        for times, statement in zip(taken, statements, strict=True):
            start = perf_counter()
            hashes.update(duckdb.query(_CONSUMED.format(statement)))
            times.append(perf_counter() - start)
    if len(hashes) != 1:
        raise AssertionError(f"the statements disagree: {hashes}")
    return [statistics.median(each) for each in taken]


def _pid(duckdb: DuckDBWorker) -> int:
    assert duckdb.pid is not None, "it has answered"
    return duckdb.pid
