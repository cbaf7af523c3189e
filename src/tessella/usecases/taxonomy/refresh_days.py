"""Tell the days of a game's players anew, from events or rows: everybody's sums to store, some to calibrate by."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.game import Game
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.taxonomy.loaded_days import LoadedDays, load_days, parquet

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Seen

_PREFIX: Final = "tessella-days-"
#: How far the work is when the days are read, and when sums are stored where players are to be gathered too.
_READ: Final = 0.6
_STORED: Final = 0.8


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
    async with _loaded(session, warehouse, open_engine, game, as_of, progress) as days:
        return await _store(session, warehouse, days)


async def gather_seen(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game: Game,
    *,
    as_of: Instant,
    progress: Progress,
) -> Seen:
    """What a calibration looks at, without storing anything. Raises as `load_days` does."""
    from tessella.usecases.taxonomy.gathered import gathered  # loads numpy

    async with _loaded(session, warehouse, open_engine, game, as_of, progress) as days:
        return await gathered(session, warehouse, days, as_of)


async def refresh_and_gather(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game: Game,
    *,
    as_of: Instant,
    progress: Progress,
) -> tuple[RefreshedDays, Seen]:
    """Both over the same days, which are read once."""
    from tessella.usecases.taxonomy.gathered import gathered  # loads numpy

    async with _loaded(session, warehouse, open_engine, game, as_of, progress) as days:
        seen = await gathered(session, warehouse, days, as_of)
        progress(_STORED)
        return await _store(session, warehouse, days), seen


@asynccontextmanager
async def _loaded(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game: Game,
    as_of: Instant,
    progress: Progress,
) -> AsyncIterator[LoadedDays]:
    """The days, for as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        yield await load_days(session, warehouse, open_engine, game, as_of, Path(folder), _share(progress, _READ))
        progress(1.0)


async def _store(session: Session, warehouse: Warehouse, days: LoadedDays) -> RefreshedDays:
    last = days.plan.calendar.last
    stored = await session.replace_baselines(days.plan.game, last, baselines_csv(warehouse, days))
    return RefreshedDays(last, stored, days.days, days.left_out)


async def baselines_csv(warehouse: Warehouse, days: LoadedDays) -> AsyncIterator[bytes]:
    """Everybody's baseline as `replace_baselines` takes them, one file of days after the other."""
    from tessella.domain.taxonomy.days.baselines_sql import baselines_sql

    for file in days.files:
        async for piece in warehouse.result_csv(baselines_sql(days.plan, parquet(file))):
            yield piece


def _share(progress: Progress, share: float) -> Callable[[float], None]:
    return lambda done: progress(share * done)
