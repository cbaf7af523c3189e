"""The `audiences_engines` benchmark: what a million customers cost each engine, from its rows to Parquet beside us."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import psutil

from benchmarks.audiences_customers import AS_OF, SCHEMA, files_of
from benchmarks.audiences_home import declared, view_of, write_view
from benchmarks.audiences_places import PLACES, Customers
from benchmarks.audiences_sizes import SHARE
from benchmarks.audiences_workload import audience_sql, segments
from benchmarks.figure import Figure
from benchmarks.processes import cpu_seconds
from tessella.domain.audiences.layout import held
from tessella.domain.audiences.local import keys_sql
from tessella.domain.audiences.statement import BitsEvaluation
from tessella.domain.audiences.tally import patterns_sql
from tessella.domain.features.duckdb_values import literal
from tessella.domain.rules.sql import SetEvaluation, SqlContext
from tessella.ports.customer_engine import CustomerEngine
from tessella.warehouse.duckdb import DuckDBWorker

CUSTOMERS: Final = int(1_000_000 * SHARE)


@dataclass(frozen=True, slots=True)
class _Cost:
    """What was taken since a moment."""

    seconds: float
    #: Of the engine's server, and of all processes of ours.
    engine_cpu: float
    our_cpu: float


def run() -> Iterator[Figure]:
    """What 100 segments over a million customers cost DuckDB, PostgreSQL and Sail: time, CPU seconds and bytes."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder)
        write_view(home, CUSTOMERS)
        for place in PLACES:
            with place(home) as customers:
                yield from _extracted(customers, home)
        yield from _kept(home)


def _extracted(customers: Customers, home: Path) -> Iterator[Figure]:
    """The rows with all features and bits, as a calculation asks the source for them."""
    path = home / "part.parquet"
    before = _spent(customers.pid)
    asyncio.run(_extract(customers.open(home), path))
    after = _spent(customers.pid)
    yield from _told(customers.name, _Cost(*(b - a for a, b in zip(before, after, strict=True))), path)


async def _extract(engine: CustomerEngine, path: Path) -> None:
    columns = {each.name: each for each in await engine.columns()}
    features = declared()
    relation = await engine.relation({each.name: columns[each.column_name] for each in features})
    trees = segments()
    over = SetEvaluation(SqlContext(engine.dialect, AS_OF), relation, SCHEMA, trees)
    names = {each.name: held(at) for at, each in enumerate(features)}
    bits = BitsEvaluation(over, {each: at for at, each in enumerate(trees)}, names)
    await engine.extract(bits.sql(list(trees)), path)
    await engine.close()


def _kept(home: Path) -> Iterator[Figure]:
    """What is done beside us with what came, whatever the engine: keys looked at, rows sorted, written and counted."""
    path = home / "audience.parquet"
    before = _spent(None)
    with DuckDBWorker() as duckdb:
        sql = audience_sql(f"SELECT * FROM {files_of([view_of(home)])}")
        duckdb.query(keys_sql(view_of(home)))
        duckdb.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet)")
        duckdb.query(f"SELECT count(*) FROM ({patterns_sql(f'FROM {files_of([path])}', len(segments()))})")
    cost = _Cost(*(b - a for a, b in zip(before, _spent(None), strict=True)))
    yield from _told("beside us", cost, path)


def _told(name: str, cost: _Cost, path: Path) -> Iterator[Figure]:
    millions = CUSTOMERS / 1e6
    yield Figure(f"audiences_engines: {name}, a million customers", cost.seconds / millions, "s")
    yield Figure(f"audiences_engines: {name}, CPU of its server", cost.engine_cpu / millions, "s")
    yield Figure(f"audiences_engines: {name}, CPU of ours", cost.our_cpu / millions, "s")
    yield Figure(f"audiences_engines: {name}, Parquet", path.stat().st_size / CUSTOMERS, "MB")


def _spent(server: int | None) -> tuple[float, float, float]:
    """The time, CPU seconds of a server, and those of this process with its children but for the server."""
    ours = cpu_seconds(os.getpid())
    theirs = cpu_seconds(server) if server else 0.0
    is_child = server in {each.pid for each in psutil.Process().children(recursive=True)}
    return perf_counter(), theirs, ours - theirs if is_child else ours
