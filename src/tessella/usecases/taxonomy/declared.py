"""The games of a namespace, and their taxonomies in force."""

from __future__ import annotations

from tessella.domain.errors import NoSuch
from tessella.domain.errors.calibrations import NotCalibrated
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, nearest
from tessella.domain.taxonomy.declared import declared_digest
from tessella.domain.taxonomy.game import Game
from tessella.ports import Session
from tessella.ports.taxonomy import PreparedTaxonomy, TaxonomyVersion


def game_named(session: Session, game_id: GameId) -> Game:
    """A game as it is declared. Raises `NoSuch`."""
    games = session.snapshot().definitions.games
    if game_id not in games:
        raise NoSuch("game", game_id, nearest(game_id, games), games)
    return games[game_id]


async def prepared_of(session: Session, game: Game) -> PreparedTaxonomy:
    """The taxonomy in force of a game, from memory. Raises `NotCalibrated`, and what keeps it from being read."""
    prepared = await session.taxonomy(game)
    if prepared is None:
        raise NotCalibrated(game.game_id)
    return prepared


def is_fresh(game: Game, version: TaxonomyVersion, now: Instant) -> bool:
    """Whether a version is of what the game declares now, and not older than `fresh_days`."""
    return version.declared == declared_digest(game) and now - version.calibrated_at < game.fresh_days * DAY_US
