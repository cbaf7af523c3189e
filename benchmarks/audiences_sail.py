"""The scan of the `audiences` benchmark on Sail, through Spark Connect: the statement that a source is asked."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Final

from benchmarks.audiences_scan import BY_HAND, SLOWER, Sets
from benchmarks.audiences_workload import bits_sql
from benchmarks.figure import Figure, Goal
from benchmarks.processes import cpu_seconds, peak_mib
from benchmarks.spark_server import spark_server
from tessella.domain.rules.sql import SPARK_SETTINGS

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

RUNS: Final = 3
_CONSUMED: Final = "SELECT count(*), bit_xor(xxhash64(subject_id, w0, w1)) FROM ({}) AS found"


def on_sail(sets: Sets) -> Iterator[Figure]:
    """The same customers and segments: a row a customer with all bits; the first match is told beside us later."""
    from pyspark.sql.connect.session import SparkSession

    with spark_server() as server:
        session = SparkSession.builder.remote(server.url).create()
        for name, value in SPARK_SETTINGS.items():
            session.conf.set(name, value)
        for size, files in sets.items():
            session.read.parquet(*map(str, files)).createOrReplaceTempView("customers")
            cpu = cpu_seconds(server.pid)
            ours, by_hand = _medians(session, [bits_sql("SELECT * FROM customers", "spark"), BY_HAND])
            goal = Goal("ratio", ">=", round(1 / SLOWER, 4)) if size == max(sets) else None
            yield Figure(f"audiences: the same on Sail, {size:,} customers", ours, "s", "SQL by hand", by_hand, goal)
            yield Figure(f"audiences: a million of {size:,} customers on Sail", ours / size * 1e6, "s")
            spent = (cpu_seconds(server.pid) - cpu) / (2 * RUNS)
            yield Figure(f"audiences: CPU of the same, with that of the SQL by hand, {size:,}", spent / size * 1e6, "s")
        yield Figure("audiences: peak of Sail", peak_mib(server.pid), "MiB")
        session.stop()


def _medians(session: SparkSession, statements: Sequence[str]) -> list[float]:
    """Seconds of interleaved runs. Raises when the statements disagree."""
    taken: list[list[float]] = [[] for _ in statements]
    hashes = set()
    for _ in range(RUNS):
        for times, statement in zip(taken, statements, strict=True):
            start = perf_counter()
            hashes.update(tuple(row) for row in session.sql(_CONSUMED.format(statement)).collect())
            times.append(perf_counter() - start)
    if len(hashes) != 1:
        raise AssertionError(f"the statements disagree: {hashes}")
    return [statistics.median(each) for each in taken]
