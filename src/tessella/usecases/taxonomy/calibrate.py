"""Calibrate a game: find the taxonomy of its players, put it in force, and tell of everybody what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

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
    anew_since: Instant | None = None,
    as_of: Instant | None = None,
    progress: Progress = lambda share: None,
) -> GameBehavioralTaxonomy:
    """The taxonomy in force where it is fresh (see `is_fresh`), else that of a new calibration.

    With `anew_since`, the moment at which a new one was asked for, it has to be calibrated since then too. So whoever
    tries again after a break does not calibrate twice. Days count up to the last one that is over at `as_of`; None is
    `game_moment`.

    Source: requirement C, "Taxonomy Calibration Engine". Days are read, a taxonomy is found and stored as the next
    version, and baselines, profiles and facts follow, each all or nothing: what breaks off leaves nothing half written,
    and the next call stores what is missing. Raises `NoSuch`, `CalibrationRunning` where somebody else is at it,
    `NoDays`, `TooFewPlayers`, and what the source of days and the session raise.
    """
    work = await work_on(session, warehouse, open_engine, game_id, as_of, progress)
    version = await _newest(work)
    if _is_enough(version, work, anew_since) and await _is_told(work, version):
        return await _stored(work, version)
    async with turn(session, game_id):
        version = await _newest(work)
        if not _is_enough(version, work, anew_since):
            return await next_version(work)
        if not await _is_told(work, version):
            await same_version(work)
        return await _stored(work, version)


def _is_enough(version: TaxonomyVersion | None, work: Work, anew_since: Instant | None) -> TypeGuard[TaxonomyVersion]:
    if version is None or (anew_since is not None and version.calibrated_at < anew_since):
        return False
    return is_fresh(work.game, version, work.session.now())


async def _newest(work: Work) -> TaxonomyVersion | None:
    return next(iter(await work.session.taxonomy_versions(work.game.game_id)), None)


async def _is_told(work: Work, version: TaxonomyVersion) -> bool:
    """Whether everybody was told of by this version: else the calibration that made it has broken off."""
    refresh = await work.session.game_refresh(work.game.game_id)
    return refresh is not None and refresh.told_version == version.version


async def _stored(work: Work, version: TaxonomyVersion) -> GameBehavioralTaxonomy:
    return (await work.session.stored_taxonomy(work.game.game_id, version.version)).taxonomy
