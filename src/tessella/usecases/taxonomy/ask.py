"""Have a game calibrated apart from the request, and wait a while for it."""

from __future__ import annotations

import asyncio
from typing import Final

from tessella.domain.errors import CalibrationFailed
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun, RunState
from tessella.usecases.taxonomy.declared import game_named, is_fresh

#: How often a run is looked at that somebody waits for.
_LOOK_SECONDS: Final = 0.2
#: Within which every process takes a version up, and some.
_SERVED_SECONDS: Final = 3.0


async def fresh_taxonomy(session: Session, game_id: GameId) -> GameBehavioralTaxonomy | None:
    """The taxonomy in force, unless it is too old, or the game was changed since, or players were not told of it yet.

    Raises `NoSuch` for no such game.
    """
    game = game_named(session, game_id)
    versions = await session.taxonomy_versions(game_id)
    if not versions or not is_fresh(game, versions[0], session.now()):
        return None
    refresh = await session.game_refresh(game_id)
    if refresh is None or refresh.told_version != versions[0].version:
        return None
    return (await session.stored_taxonomy(game_id, versions[0].version)).taxonomy


async def ask_for_calibration(session: Session, game_id: GameId) -> JobRun:
    """Have the game calibrated where its taxonomy is not fresh; gives the run that does so already when there is one.

    Raises `NoSuch`.
    """
    return await session.ask_for(Job.CALIBRATE_TAXONOMY, {"game_id": game_named(session, game_id).game_id})


async def ask_for_recalibration(session: Session, game_id: GameId) -> JobRun:
    """The same, however fresh the taxonomy is."""
    asked = {"game_id": game_named(session, game_id).game_id, "force": True}
    return await session.ask_for(Job.CALIBRATE_TAXONOMY, asked)


async def wait_for_run(session: Session, run: JobRun, seconds: float) -> JobRun:
    """The run when it is over, or after so many seconds as it is then."""
    for _ in range(round(seconds / _LOOK_SECONDS)):
        if not run.state.is_open:
            break
        await asyncio.sleep(_LOOK_SECONDS)
        run = await session.run(run.run_id)
    return run


async def calibrated_by(session: Session, game_id: GameId, run: JobRun) -> GameBehavioralTaxonomy:
    """What a run has made that is over, once this process answers by it, as others do within two seconds.

    Raises `CalibrationFailed` with what the run says where it has made nothing.
    """
    if run.state is RunState.SUCCEEDED:
        version = run.result["version"]
        await _until_served(session, game_id, version)
        return (await session.stored_taxonomy(game_id, version)).taxonomy
    if run.error is None:
        raise CalibrationFailed(game_id, run.run_id, f"the run is {run.state}.")
    hints = [each.hint for each in run.error.faults]
    raise CalibrationFailed(game_id, run.run_id, run.error.message, " ".join(filter(None, hints)))


async def _until_served(session: Session, game_id: GameId, version: int) -> None:
    """Whoever is told of a version asks about players next. It is not waited for longer than it may take."""
    game = game_named(session, game_id)
    for _ in range(round(_SERVED_SECONDS / _LOOK_SECONDS)):
        prepared = await session.taxonomy(game)
        if prepared is not None and prepared.taxonomy.version >= version:
            return
        await asyncio.sleep(_LOOK_SECONDS)
