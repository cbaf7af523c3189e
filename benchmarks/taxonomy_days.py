"""Days of up to ten million players, from a file of rows to everybody's sums and what a calibration looks at."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb

from benchmarks.figure import Figure, Goal
from benchmarks.own_database import own_database
from benchmarks.processes import PeakOfChildren
from tessella.bootstrap import Application, running_on
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, Namespace, Role
from tessella.domain.taxonomy.game import DayMetric, DayRows, Game, Scale
from tessella.ports import Caller, Session
from tessella.settings import Settings
from tessella.usecases.taxonomy.gathered import gathered
from tessella.usecases.taxonomy.loaded_days import load_days
from tessella.usecases.taxonomy.refresh_days import baselines_csv

SIZES: Final = (10_000, 100_000, 1_000_000, 10_000_000)
#: Days that each player has, and metrics of a day.
DAYS: Final = 12
METRICS: Final = 8
AS_OF: Final = Instant(20_780 * DAY_US)
_NAMESPACE: Final = Namespace("bench")
_GAME: Final = Game(
    GameId("game"),
    {f"m{at}": DayMetric(scale=Scale.LOG if at % 2 else Scale.LINEAR) for at in range(METRICS)},
    {},
    days=DayRows("days.parquet"),
)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds; MiB; bytes."""

    loading: float
    summing: float
    gathering: float
    peak: float
    csv: int


def figures(sizes: tuple[int, ...] = SIZES) -> Iterator[Figure]:
    """Time a player, which has to stay flat, and the most memory that DuckDB's processes took."""
    taken = {players: _measured(players) for players in sizes}
    for players, each in taken.items():
        name = f"taxonomy: days of {players:,} players"
        total = each.loading + each.summing + each.gathering
        yield Figure(f"{name}, a player", total / players * 1e6, "us")
        yield Figure(f"{name}, loaded", each.loading, "s")
        yield Figure(f"{name}, summed ({each.csv / 2**30:.1f} GiB of CSV)", each.summing, "s")
        yield Figure(f"{name}, those of a calibration gathered", each.gathering, "s")
        yield Figure(f"{name}, memory of DuckDB", each.peak, "MiB", goal=Goal("value", "<=", 2048))


def _measured(players: int) -> _Taken:
    with own_database() as (dsn, settings), PeakOfChildren() as children:
        _write(settings, players)
        loading, summing, gathering, size = asyncio.run(_run(dsn, settings))
        return _Taken(loading, summing, gathering, children.mib, size)


def _write(settings: Settings, players: int) -> None:
    """Every player's days among 60, with money of two digits and counts. Rows lie in no order of players."""
    folder = settings.home / "warehouse" / _NAMESPACE
    folder.mkdir(parents=True)
    metrics = ", ".join(
        f"CAST(floor({100 + at} * random()) AS DOUBLE){' / 100' if at % 2 else ''} AS m{at}" for at in range(METRICS)
    )
    rows = (
        f"SELECT 'player-' || (i * 7919 % {players}) AS player_id,"
        f" DATE '2026-11-22' - CAST(d * 5 + i % 5 AS INTEGER) AS day, {metrics}"
        f" FROM range({DAYS}) AS days(d), range({players}) AS players(i)"
    )
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as database:
        database.execute("SET preserve_insertion_order = false")
        database.execute(f"COPY ({rows}) TO '{folder / 'days.parquet'}' (FORMAT parquet)")


async def _run(dsn: str, settings: Settings) -> tuple[float, float, float, int]:
    async with running_on(dsn, settings) as application:
        await application.administration.create_namespace(_NAMESPACE)
        async with application.session(Caller(_NAMESPACE, Role.ADMIN)) as session:
            return await _days(application, session)


async def _days(application: Application, session: Session) -> tuple[float, float, float, int]:
    with application.warehouse() as warehouse, tempfile.TemporaryDirectory(dir="/tmp") as folder:
        moments = [perf_counter()]
        days = await load_days(session, warehouse, application.open_engine, _GAME, AS_OF, Path(folder), lambda _: None)
        moments.append(perf_counter())
        size = 0
        async for piece in baselines_csv(warehouse, days):
            size += len(piece)
        moments.append(perf_counter())
        await gathered(session, warehouse, days, AS_OF)
        moments.append(perf_counter())
    loading, summing, gathering = (after - before for before, after in pairwise(moments))
    return loading, summing, gathering, size
