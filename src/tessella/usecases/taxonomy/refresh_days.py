"""Tell the days of a game's players anew, from events or rows, and store everybody's sums."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.game import Game
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.progress import share_of
from tessella.usecases.taxonomy.day_rows import parquet
from tessella.usecases.taxonomy.loaded_days import LoadedDays, load_days

_PREFIX: Final = "tessella-days-"
#: How far the work is when the days are read.
_READ: Final = 0.6


@dataclass(frozen=True, slots=True)
class RefreshedDays:
    """What a refresh found."""

    #: The last day that was looked at: the last one that was over.
    as_of_day: int
    players: int
    #: Of all players together.
    days: int
    #: What was left out and why, and how many rows or values that were: "spend: below 0, and the scale is log".
    left_out: Mapping[str, int]


async def refresh_days(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game: Game,
    *,
    as_of: Instant,
    progress: Progress,
) -> RefreshedDays:
    """Store the sums and last days of everybody who has days. Raises as `load_days` does; nothing is stored then."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        loading = share_of(progress, 0, _READ)
        days = await load_days(session, warehouse, open_engine, game, as_of, Path(folder), loading)
        last = days.plan.calendar.last
        stored = await session.replace_baselines(game, last, baselines_csv(warehouse, days))
    progress(1.0)
    return RefreshedDays(last, stored, days.days, days.left_out)


async def baselines_csv(warehouse: Warehouse, days: LoadedDays) -> AsyncIterator[bytes]:
    """Everybody's baseline as `replace_baselines` takes them, one file of days after the other."""
    from tessella.domain.taxonomy.days.baselines_sql import baselines_sql

    for file in days.files:
        async for piece in warehouse.result_csv(baselines_sql(days.plan, parquet(file))):
            yield piece
