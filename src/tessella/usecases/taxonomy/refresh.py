"""Refresh a game: count its players' days anew, and tell of everybody what the taxonomy in force says."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.calibrations import NotCalibrated
from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.declared import declared_digest
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.ports.jobs import Job, JobRun
from tessella.ports.taxonomy import GameRefresh
from tessella.usecases.taxonomy.declared import game_named
from tessella.usecases.taxonomy.work import next_version, same_version, turn, work_on


@dataclass(frozen=True, slots=True)
class RefreshedGame:
    """What a refresh did."""

    #: The version that is in force.
    version: int
    found: GameRefresh


async def refresh_game_taxonomy(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game_id: GameId,
    *,
    as_of: Instant | None = None,
    progress: Progress = lambda share: None,
) -> RefreshedGame:
    """Store baselines, profiles, facts and drift of a game by the taxonomy in force.

    A game whose metrics or axes were changed since the calibration is calibrated anew: its players' days would not fit
    the taxonomy. Raises `NoSuch`, `NotCalibrated`, and what `calibrate_game_taxonomy` raises.
    """
    work = await work_on(session, warehouse, open_engine, game_id, as_of, progress)
    async with turn(session, game_id):
        versions = await session.taxonomy_versions(game_id)
        if not versions:
            raise NotCalibrated(game_id)
        version = versions[0].version
        if versions[0].declared == declared_digest(work.game):
            await same_version(work)
        else:
            version = (await next_version(work)).version
    found = await session.game_refresh(game_id)
    assert found is not None, "baselines were stored"
    return RefreshedGame(version, found)


async def ask_for_game_refresh(session: Session, game_id: GameId) -> JobRun:
    """Have a game refreshed; gives the run that does so already when there is one. Raises `NoSuch`."""
    return await session.ask_for(Job.REFRESH_TAXONOMY, {"game_id": game_named(session, game_id).game_id})


async def ask_for_game_refreshes(session: Session) -> list[JobRun]:
    """The same for every game that is declared and calibrated; players of games that are gone are let go."""
    declared = session.snapshot().definitions.games
    await session.forget_players(list(declared))
    calibrated = [each.game_id for each in await session.taxonomies() if each.game_id in declared]
    return [await ask_for_game_refresh(session, each) for each in calibrated]
