"""Read taxonomies, how far they hold, and where players stood when they were last told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.ports import Session
from tessella.ports.taxonomy import GameRefresh, StoredProfile, TaxonomyVersion
from tessella.usecases.taxonomy.declared import game_named


@dataclass(frozen=True, slots=True)
class GameListed:
    """A game that is declared."""

    game: Game
    #: What is in force; None where it was never calibrated.
    taxonomy: TaxonomyVersion | None
    #: What the last refresh found; None before the first.
    refresh: GameRefresh | None


@dataclass(frozen=True, slots=True)
class DriftTold:
    """What the last refresh found of a game's players, beside the version in force."""

    taxonomy: TaxonomyVersion
    refresh: GameRefresh | None


async def list_taxonomies(session: Session) -> Sequence[GameListed]:
    """Every game that is declared, by name."""
    stored = {each.game_id: each for each in await session.taxonomies()}
    refreshed = {each.game_id: each for each in await session.game_refreshes()}
    games = session.snapshot().definitions.games
    return [GameListed(games[name], stored.get(name), refreshed.get(name)) for name in sorted(games)]


async def get_taxonomy(session: Session, game_id: GameId, version: int | None = None) -> GameBehavioralTaxonomy:
    """A version of a game's taxonomy, or the one in force. Raises `NoSuch` and `NotCalibrated`."""
    game_named(session, game_id)
    return (await session.stored_taxonomy(game_id, version)).taxonomy


async def list_taxonomy_versions(session: Session, game_id: GameId) -> Sequence[TaxonomyVersion]:
    """Every version of a game's taxonomy, the newest first. Raises `NoSuch` for no such game."""
    game_named(session, game_id)
    return await session.taxonomy_versions(game_id)


async def get_taxonomy_drift(session: Session, game_id: GameId) -> DriftTold:
    """What the last refresh of a game found. Raises `NoSuch` and `NotCalibrated`."""
    game_named(session, game_id)
    return DriftTold((await session.stored_taxonomy(game_id)).about, await session.game_refresh(game_id))


async def kept_profile(session: Session, player_id: SubjectId, game_id: GameId) -> StoredProfile:
    """Where a player stood when profiles were last told. Raises `NoSuch` for no such game, and for no such player.

    Of a player who has opted out there is none.
    """
    game_named(session, game_id)
    found = await session.profile_of(game_id, player_id)
    if found is None:
        raise NoSuch("profile of player", player_id)
    return found
