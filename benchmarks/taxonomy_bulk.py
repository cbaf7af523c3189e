"""Many players, from Parquet to arrays and to Parquet: how fast, how flat, and in how much memory."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import getpid
from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb
import numpy as np

from benchmarks.audiences_sizes import SHARE
from benchmarks.figure import Figure, Goal
from benchmarks.processes import peak_mib
from benchmarks.taxonomy_workload import NAMES, scipy_loop, taxonomy, write_players
from tessella.domain.taxonomy.membership.space import Space
from tessella.warehouse.taxonomy import ParquetCategorizer

#: 10,000,000 are the same million ten times, as files of a folder.
SIZES: Final = tuple(int(players * SHARE) for players in (10_000, 100_000, 1_000_000, 10_000_000))
MILLION: Final = SIZES[2]
RUNS: Final = 5
#: Whom the peer places; it has to place them as we do.
_COMPARED: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Taken:
    """Of one size, in a process of its own."""

    #: From Parquet to arrays, and to Parquet.
    arrays_seconds: float
    parquet_seconds: float
    peak_mib: float


def figures() -> Iterator[Figure]:
    """Players a second beside a loop of SciPy, microseconds a player from 10,000 to 10,000,000, and memory."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        taken = {players: _measured(Path(folder), players) for players in SIZES}
        peer = _peer_us(Path(folder) / f"{MILLION}.parquet")
    million = taken[MILLION]
    ours = million.arrays_seconds / MILLION * 1e6
    bulk = "taxonomy: bulk, Parquet to arrays"
    yield Figure(f"{bulk}, a million players", 1 / ours, "M/s", goal=Goal("value", ">=", 1))
    yield Figure(f"{bulk}, a player", ours, "us", "a loop of scipy's mahalanobis", peer, Goal("ratio", ">=", 500))
    for players, each in taken.items():
        yield Figure(f"{bulk}, {players:,} players, each", each.arrays_seconds / players * 1e6, "us")
        each_written = each.parquet_seconds / players * 1e6
        yield Figure(f"taxonomy: bulk, Parquet to Parquet, {players:,} players, each", each_written, "us")
    largest = taken[SIZES[-1]]
    times = largest.arrays_seconds / SIZES[-1] * 1e6 / ours
    yield Figure(f"{bulk}, {SIZES[-1]:,} players, in times a million", times, "x", goal=Goal("value", "<=", 1.25))
    yield Figure(
        f"taxonomy: bulk, {SIZES[-1]:,} players, memory", largest.peak_mib, "MiB", goal=Goal("value", "<=", 2048)
    )


def _measured(folder: Path, players: int) -> _Taken:
    """In a fresh process. Files of the largest size are links to one of a million."""
    source = folder / f"{players}.parquet"
    if players <= MILLION:
        write_players(source, players)
    else:
        source.mkdir()
        for each in range(players // MILLION):
            (source / f"{each:02}.parquet").symlink_to(folder / f"{MILLION}.parquet")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_run, source, folder / f"told-{players}", players).result()


def _run(source: Path, target: Path, players: int) -> _Taken:
    space, categorizer = Space.of(taxonomy()), ParquetCategorizer()
    runs = RUNS if players <= MILLION else 1
    arrays = []
    for _ in range(runs + 1):  # the first one brings the file into memory
        start = perf_counter()
        told = sum(part.placed.best.shape[1] for part in categorizer.placed(space, source))
        arrays.append(perf_counter() - start)
        if told != players:
            raise AssertionError(f"{told} players were placed, not {players}")
    start = perf_counter()
    categorizer.write(space, source, target, lambda _: None)
    return _Taken(statistics.median(arrays[-runs:]), perf_counter() - start, peak_mib(getpid()))


def _peer_us(source: Path) -> float:
    """A player by the loop, read from the same file, row by row. Stops where it places a player elsewhere."""
    found = taxonomy()
    place = scipy_loop(found)
    first = next(ParquetCategorizer().placed(Space.of(found), source)).placed
    ours = np.stack([first.best, first.distance, first.strength, first.share, first.typicality, first.confidence])
    with duckdb.connect() as database:
        rows = database.execute(f"SELECT days, {', '.join(NAMES)} FROM '{source}' LIMIT {_COMPARED}")
        start = perf_counter()
        told = [place(np.array(means), days) for days, *means in iter(rows.fetchone, None)]
        taken = perf_counter() - start
    for at, each in enumerate(told):
        np.testing.assert_allclose(ours[:, :, at], np.transpose(each), atol=6e-3, err_msg=f"player {at}")
    return taken / len(told) * 1e6
