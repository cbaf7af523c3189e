"""A game with a planted truth in a namespace: declared, calibrated, and with the days of its players."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec
import numpy as np

from tessella import usecases
from tessella.domain.definitions import Kind, write_definition
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.anomaly.norms import Norms, norms_of
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.game import CONTEXTS, Game
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.ports import Session
from tessella.ports.clock import present
from tests.taxonomies import AS_OF, World, planted

GAME = GameId("planted")
#: A player who has days, and one of whom nobody has heard.
KNOWN, UNKNOWN = SubjectId("player-0"), SubjectId("nobody")
_PLAYERS = 300


@dataclass(frozen=True)
class Learned:
    """What a calibration makes of the world."""

    world: World
    taxonomy: GameBehavioralTaxonomy
    norms: Norms

    @property
    def game(self) -> Game:
        """As it is declared: no feature says what became of players."""
        return msgspec.structs.replace(self.world.game, outcomes={})


@lru_cache(maxsize=1)
def learned() -> Learned:
    """Three and two segments on two axes, well apart; days of everybody are kept."""
    world = planted(
        players=_PLAYERS, groups={"engagement": 3, "monetization": 2}, metrics_each=2, day_players=_PLAYERS, seed=3
    )
    taxonomy = calibrated(world.game, world.seen, version=1, now=present(), before=None, seed=1)
    return Learned(world, taxonomy, norms_of(taxonomy, world.seen))


async def declare_planted(session: Session) -> None:
    """Declare the game, of which nothing is known then."""
    game = learned().game
    await usecases.save_definition(session, Kind.GAME, game.game_id, write_definition(game), expected_version=None)


async def serve_planted(session: Session, version: int = 1) -> Learned:
    """The game declared, its taxonomy in force, and baselines and profiles of all players stored.

    A later version is the same taxonomy as if it had been calibrated again.
    """
    found = learned()
    await declare_planted(session)
    taxonomy = replace(found.taxonomy, version=version, calibrated_at=present())
    await session.store_taxonomy(found.game, taxonomy, replace(found.norms, version=version))
    players = [found.world.baseline(player) for player in range(_PLAYERS)]
    await session.replace_baselines(found.game, AS_OF, _rows(players))
    return found


async def _rows(players: list[Baseline]) -> AsyncIterator[bytes]:
    for each in players:
        yield _row(each).encode()


def _row(player: Baseline) -> str:
    sums = np.stack([player.counts, player.sums, player.squares]).ravel()
    recent = [[day.day, CONTEXTS.index(day.context), *day.values] for day in player.recent]
    days = round(player.counts.sum(axis=0).max())
    return f'{player.player_id},{player.as_of},{days},"{_array(sums)}","{_array(np.ravel(recent))}"\n'


def _array(numbers: np.ndarray) -> str:
    return "{" + ",".join(map(repr, numbers.tolist())).replace("nan", "NaN") + "}"
