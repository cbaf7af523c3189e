"""What calibrations and refreshes do, once it is their turn."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.errors.calibrations import CalibrationRunning
from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.game import Game
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.progress import share_of
from tessella.usecases.taxonomy.declared import game_named
from tessella.usecases.taxonomy.loaded_days import load_days
from tessella.usecases.taxonomy.moment import game_moment
from tessella.usecases.taxonomy.refresh_days import baselines_csv, refresh_days
from tessella.usecases.taxonomy.tell_players import tell_players

if TYPE_CHECKING:
    from tessella.domain.taxonomy.anomaly.norms import Norms
    from tessella.domain.taxonomy.baselines import Seen
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

_LOG: Final = get_logger(__name__)
_PREFIX: Final = "tessella-calibration-"
#: The same players give the same taxonomy.
_SEED: Final = 1
#: The share of a calibration that is done when days are loaded, when players are gathered, when the taxonomy is stored,
#: and when baselines are.
_LOADED, _GATHERED, _STORED, _COUNTED = 0.4, 0.5, 0.7, 0.8


@dataclass(frozen=True, slots=True)
class Work:
    """What a calibration or a refresh works with."""

    session: Session
    warehouse: Warehouse
    open_engine: OpenEngine
    game: Game
    #: Days up to the last one that is over by then count.
    as_of: Instant
    progress: Progress


async def work_on(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game_id: GameId,
    as_of: Instant | None,
    progress: Progress,
) -> Work:
    """Work on a game that is declared, as of a moment or of `game_moment`. Raises `NoSuch`."""
    game = game_named(session, game_id)
    moment = as_of
    if moment is None:
        moment = await game_moment(session, warehouse, open_engine, game, session.now())
    return Work(session, warehouse, open_engine, game, moment, progress)


@asynccontextmanager
async def turn(session: Session, game_id: GameId) -> AsyncIterator[None]:
    """Be the only one who calibrates or refreshes a game. Raises `CalibrationRunning`."""
    async with session.calibrating(game_id) as mine:
        if not mine:
            raise CalibrationRunning(game_id)
        yield


async def next_version(work: Work) -> GameBehavioralTaxonomy:
    """Find a taxonomy, put it in force as the next version, and tell everybody's place in it.

    The taxonomy is stored before the baselines that it was found in: what fails leaves all as it was.
    """
    from tessella.usecases.taxonomy.gathered import gathered  # loads numpy

    session, game = work.session, work.game
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        loading = share_of(work.progress, 0, _LOADED)
        days = await load_days(session, work.warehouse, work.open_engine, game, work.as_of, Path(folder), loading)
        seen = await gathered(session, work.warehouse, days, work.as_of)
        work.progress(_GATHERED)
        taxonomy, norms = await asyncio.to_thread(_learned, game, seen, await _before(work), session.now())
        await session.store_taxonomy(game, taxonomy, norms)
        work.progress(_STORED)
        _LOG.info("taxonomy_stored", version=taxonomy.version)
        await session.replace_baselines(game, days.plan.calendar.last, baselines_csv(work.warehouse, days))
    telling = share_of(work.progress, _COUNTED, 1)
    await tell_players(session, game, days.left_out, as_of=work.as_of, progress=telling)
    return taxonomy


async def same_version(work: Work) -> None:
    """Count everybody's days anew, and tell their places in the taxonomy in force."""
    counting, telling = share_of(work.progress, 0, 0.5), share_of(work.progress, 0.5, 1)
    found = await refresh_days(
        work.session, work.warehouse, work.open_engine, work.game, as_of=work.as_of, progress=counting
    )
    await tell_players(work.session, work.game, found.left_out, as_of=work.as_of, progress=telling)


async def _before(work: Work) -> GameBehavioralTaxonomy | None:
    versions = await work.session.taxonomy_versions(work.game.game_id)
    return (await work.session.stored_taxonomy(work.game.game_id)).taxonomy if versions else None


def _learned(
    game: Game, seen: Seen, before: GameBehavioralTaxonomy | None, now: Instant
) -> tuple[GameBehavioralTaxonomy, Norms]:
    from tessella.domain.taxonomy.anomaly.norms import norms_of  # loads numpy
    from tessella.domain.taxonomy.calibration.calibrate import calibrated

    version = 1 if before is None else before.version + 1
    taxonomy = calibrated(game, seen, version=version, now=now, before=before, seed=_SEED)
    return taxonomy, norms_of(taxonomy, seen)
