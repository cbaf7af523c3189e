"""Ask both systems about many players, and say whether the migration holds."""

from __future__ import annotations

import asyncio
from typing import Final

from tessella.domain.errors import NothingKnownOfPlayers
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, told_anomalies
from tessella.domain.taxonomy.rollout.strategy import System
from tessella.domain.taxonomy.rollout.validation import ComparedPlayer, Validation, validation_of
from tessella.ports import Session
from tessella.usecases.taxonomy.declared import game_named, prepared_of
from tessella.usecases.taxonomy.rollout.asking import Asking, Migration
from tessella.usecases.taxonomy.rollout.questions import anomaly_question, profile_question

#: Players that are asked about at once: the legacy system may serve customers meanwhile.
_AT_ONCE: Final = 8
_BOTH: Final = frozenset(System)


async def validate_migration(session: Session, migration: Migration, game_id: GameId, players: int) -> Validation:
    """Compare profiles and anomalies of so many players, chosen evenly by a hash of their ids.

    Whatever the strategy, both are asked, and nobody is answered. Raises `NoSuch`, `NotCalibrated`, and
    `NothingKnownOfPlayers` where there is nobody to compare.
    """
    game = game_named(session, game_id)
    prepared = await prepared_of(session, game)
    chosen = await session.sample_players(game_id, players)
    if not chosen:
        raise NothingKnownOfPlayers(game_id)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(player_id: SubjectId) -> ComparedPlayer:
        async with turns:
            return await _compared(session, migration, game, player_id)

    compared = await asyncio.gather(*map(one, chosen))
    return validation_of(game_id, prepared.taxonomy.version, compared, session.now())


async def _compared(session: Session, migration: Migration, game: Game, player_id: SubjectId) -> ComparedPlayer:
    place = session, migration, game, player_id
    profiles = Asking(*place, profile_question(session, migration.legacy, game, player_id))
    found = profiles.comparison(await profiles.of(_BOTH))
    return ComparedPlayer(session.pseudonym(player_id), found, await _anomalies(session, migration, game, player_id))


async def _anomalies(
    session: Session, migration: Migration, game: Game, player_id: SubjectId
) -> tuple[ToldAnomalies, ToldAnomalies] | None:
    question = anomaly_question(session, migration.legacy, game, player_id)
    answers = await Asking(session, migration, game, player_id, question).of(_BOTH)
    legacy, unified = answers.legacy.value, answers.unified.value
    return None if legacy is None or unified is None else (legacy, told_anomalies(unified))
