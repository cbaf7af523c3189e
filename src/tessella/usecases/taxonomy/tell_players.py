"""Tell of all players of a game what its taxonomy in force says, and how far they have moved since the calibration."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from zlib import crc32

import msgspec

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.game import Game
from tessella.logs import get_logger
from tessella.ports import Progress, Session
from tessella.ports.taxonomy import PreparedTaxonomy
from tessella.usecases.taxonomy.declared import prepared_of
from tessella.usecases.taxonomy.facts import write_taxonomy_facts
from tessella.usecases.taxonomy.refresh_profiles import refresh_profiles
from tessella.usecases.taxonomy.told_players import told_players
from tessella.usecases.taxonomy.watch import watch_taxonomy

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline
    from tessella.domain.taxonomy.drift import Drift

_LOG: Final = get_logger(__name__)
#: Of more players, about so many are compared with those of the calibration.
MOST_COMPARED: Final = 50_000


async def tell_players(
    session: Session, game: Game, left_out: Mapping[str, int], *, as_of: Instant, progress: Progress
) -> int:
    """Store profiles, the facts that rules read, and drift, from the baselines that are stored; how many players.

    Doing it again changes nothing. Raises `NotCalibrated` and what the session raises: what was stored by then is of
    the same taxonomy, and the next refresh stores the rest.
    """
    prepared = await prepared_of(session, game)
    players = await refresh_profiles(session, game.game_id, prepared)
    progress(0.5)
    _LOG.info("profiles_stored", count=players)
    told = told_players(session, game.game_id, prepared)
    # dated later than now, they would be newer than what every refresh tells until then
    await write_taxonomy_facts(session, game.game_id, told, as_of=min(as_of, session.now()))
    progress(0.9)
    _LOG.info("facts_stored")
    drift = await drift_now(session, prepared, players)
    await session.note_refresh(game.game_id, prepared.taxonomy.version, msgspec.to_builtins(drift), left_out)
    refresh = await session.game_refresh(game.game_id)
    await watch_taxonomy(session, prepared.taxonomy, None if refresh is None else refresh.mean_confidence)
    progress(1.0)
    return players


async def drift_now(session: Session, prepared: PreparedTaxonomy, players: int) -> Drift | None:
    """How far players are from those of the calibration: a part of them where they are many; None where nobody is."""
    some: list[Baseline] = []
    parts = 1 + players // MOST_COMPARED
    async for block in session.stream_sums(prepared.game.game_id, prepared.taxonomy.standard.metrics):
        some += (each for each in block if crc32(each.player_id.encode()) % parts == 0)
    return await asyncio.to_thread(_drift, prepared, some) if some else None


def _drift(prepared: PreparedTaxonomy, players: list[Baseline]) -> Drift:
    from tessella.domain.taxonomy.drift import drift_of  # loads numpy
    from tessella.domain.taxonomy.membership.place import together

    return drift_of(prepared.taxonomy, together(players))
