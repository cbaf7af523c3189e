"""Calibrate a game in this process, now, as a command and a call from Python do."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.taxonomy.calibrate import calibrate_game_taxonomy, recalibrate_game_taxonomy


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
    works_with = session, warehouse, open_engine, asked.game_id
    if asked.force:
        return await recalibrate_game_taxonomy(
            *works_with, asked_at=session.now(), as_of=asked.as_of, progress=progress
        )
    return await calibrate_game_taxonomy(*works_with, as_of=asked.as_of, progress=progress)
