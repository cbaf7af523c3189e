"""Calibrate a game in this process, now, as a command and a call from Python do."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.taxonomy.calibrate import calibrate_game_taxonomy, recalibrate_game_taxonomy, work_on
from tessella.usecases.taxonomy.declared import game_named
from tessella.usecases.taxonomy.moment import game_moment


@dataclass(frozen=True, slots=True)
class CalibrationAsked:
    """What is asked for."""

    game_id: GameId
    #: Also where the last taxonomy is fresh.
    force: bool = False
    #: Days up to the last one that is over by then; None: all that there are by now.
    as_of: Instant | None = None


async def calibrate_here(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    asked: CalibrationAsked,
    progress: Progress = lambda share: None,
) -> GameBehavioralTaxonomy:
    """The taxonomy in force, or that of a new calibration. Raises `NoSuch`, and as `calibrate_game_taxonomy`."""
    as_of = asked.as_of
    if as_of is None:
        as_of = await game_moment(session, game_named(session, asked.game_id), session.now())
    work = await work_on(session, warehouse, open_engine, asked.game_id, as_of, progress)
    if asked.force:
        return await recalibrate_game_taxonomy(work, since=session.now())
    return await calibrate_game_taxonomy(work)
