"""Calibrate a game: find the taxonomy of its players, put it in force, and tell of everybody what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tessella.domain.identifiers import GameId, Instant
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.ports.taxonomy import TaxonomyVersion
from tessella.usecases.taxonomy.declared import is_fresh
from tessella.usecases.taxonomy.work import Work, next_version, same_version, turn, work_on

if TYPE_CHECKING:
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy


async def calibrate_game_taxonomy(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game_id: GameId,
    *,
    as_of: Instant | None = None,
    progress: Progress = lambda share: None,
) -> GameBehavioralTaxonomy:
    """The taxonomy in force where it is fresh (see `is_fresh`), else that of a new calibration.

    Source: requirement C, "Taxonomy Calibration Engine". Days are read, a taxonomy is found and stored as the next
    version, and baselines, profiles and facts follow, each all or nothing: what breaks off leaves nothing half written,
    and the next call stores what is missing. Raises `NoSuch`, `CalibrationRunning` where somebody else is at it,
    `NoDays`, `TooFewPlayers`, and what the source of days and the session raise.
    """
    work = await work_on(session, warehouse, open_engine, game_id, as_of, progress)
    return await _calibrated(work, lambda version: is_fresh(work.game, version, session.now()))


async def recalibrate_game_taxonomy(
    session: Session,
    warehouse: Warehouse,
    open_engine: OpenEngine,
    game_id: GameId,
    *,
    asked_at: Instant,
    as_of: Instant | None = None,
    progress: Progress = lambda share: None,
) -> GameBehavioralTaxonomy:
    """The same, however fresh the one in force is. One that was calibrated since it was asked for is what was wanted.

    So whoever tries again after a break does not calibrate twice.
    """
    work = await work_on(session, warehouse, open_engine, game_id, as_of, progress)
    return await _calibrated(
        work, lambda version: version.calibrated_at >= asked_at and is_fresh(work.game, version, session.now())
    )


async def _calibrated(work: Work, is_enough: Callable[[TaxonomyVersion], bool]) -> GameBehavioralTaxonomy:
    version = await _newest(work)
    if version is not None and is_enough(version) and await _is_told(work, version):
        return await _stored(work, version)
    async with turn(work.session, work.game.game_id):
        version = await _newest(work)
        if version is None or not is_enough(version):
            return await next_version(work)
        if not await _is_told(work, version):
            await same_version(work)
        return await _stored(work, version)


async def _newest(work: Work) -> TaxonomyVersion | None:
    return next(iter(await work.session.taxonomy_versions(work.game.game_id)), None)


async def _is_told(work: Work, version: TaxonomyVersion) -> bool:
    """Whether everybody was told of by this version: else the calibration that made it has broken off."""
    refresh = await work.session.game_refresh(work.game.game_id)
    return refresh is not None and refresh.told_version == version.version


async def _stored(work: Work, version: TaxonomyVersion) -> GameBehavioralTaxonomy:
    return (await work.session.stored_taxonomy(work.game.game_id, version.version)).taxonomy
