"""The `audiences` benchmark: 100 segments over up to 10,000,000 customers, one scan, in DuckDB and on Sail."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.audiences_customers import load_households, write_customers
from benchmarks.audiences_peers import one_query_a_segment, python_loop
from benchmarks.audiences_sail import on_sail
from benchmarks.audiences_scan import peak_of_a_calculation, scans
from benchmarks.audiences_sizes import SIZES
from benchmarks.figure import Figure
from tessella.warehouse.duckdb import DuckDBWorker


def run() -> Iterator[Figure]:
    """100 segments x 10,000,000 customers in one scan, in DuckDB and on Sail, beside SQL by hand and other ways."""
    with tempfile.TemporaryDirectory(prefix="tess-") as folder, DuckDBWorker() as duckdb:
        start = perf_counter()
        pieces = _pieces(duckdb, Path(folder))
        written = sum(each.stat().st_size for each in pieces)
        yield Figure(f"audiences: writing {SIZES[-1]:,} customers, once", perf_counter() - start, "s")
        yield Figure("audiences: Parquet of a million customers", written / SIZES[-1], "MB")
        sets = {size: pieces[: number + 1] for number, size in enumerate(SIZES)}
        yield from scans(duckdb, sets)
        yield peak_of_a_calculation(pieces, Path(folder) / "audience.parquet")
        yield from on_sail(sets)
        yield one_query_a_segment(duckdb, pieces, SIZES[-1])
        yield from python_loop(duckdb, pieces, SIZES[-1])


def _pieces(duckdb: DuckDBWorker, folder: Path) -> list[Path]:
    """Files of which the first one, the first two and all have as many customers as the three sizes."""
    load_households(duckdb)
    found = []
    for number, (first, end) in enumerate(zip((0, *SIZES), SIZES, strict=False)):
        found.append(folder / f"customers-{number}.parquet")
        write_customers(duckdb, found[-1], first, end)
    return found
