"""Who is answered by the unified system, and for whom both are asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.hashing import BUCKETS, percent_text
from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.game import Strategy

#: The share of players whom the unified system answers. Source: requirement C, "Rollout Strategies".
ANSWERED: Final = {
    Strategy.PARALLEL_ONLY: 0.0,
    Strategy.SHADOW_MODE: 0.0,
    Strategy.GRADUAL_ROLLOUT: 0.5,
    Strategy.FULL_ROLLOUT: 1.0,
}
#: The share of players for whom both are asked, and compared. The legacy system answers them.
COMPARED: Final = {
    Strategy.PARALLEL_ONLY: 1.0,
    Strategy.SHADOW_MODE: 0.1,
    Strategy.GRADUAL_ROLLOUT: 0.0,
    Strategy.FULL_ROLLOUT: 0.0,
}


class System(StrEnum):
    """The two systems of a migration."""

    UNIFIED = "unified"
    LEGACY = "legacy"


@dataclass(frozen=True, slots=True)
class Route:
    """What is done for one request."""

    answers: System
    #: The answering one is among them; where there are both, they are compared.
    asked: frozenset[System]


_UNIFIED: Final = Route(System.UNIFIED, frozenset({System.UNIFIED}))
_LEGACY: Final = Route(System.LEGACY, frozenset({System.LEGACY}))
_BOTH: Final = Route(System.LEGACY, frozenset(System))


def route_of(strategy: Strategy, game_id: GameId, player_id: SubjectId) -> Route:
    """What is done for a player under a strategy.

    `parallel_only` asks both for everybody and lets the legacy system answer; `shadow_mode` does so for 10 % of
    players; `gradual_rollout` has the unified system answer 50 %; `full_rollout` has it answer everybody. A player is
    chosen by a hash of the game and the player: the same at every request, and those of 10 % are among those of 50 %.

    >>> route_of(Strategy.FULL_ROLLOUT, GameId("store"), SubjectId("7")).answers
    <System.UNIFIED: 'unified'>
    >>> sorted(route_of(Strategy.PARALLEL_ONLY, GameId("store"), SubjectId("7")).asked)
    [<System.LEGACY: 'legacy'>, <System.UNIFIED: 'unified'>]
    """
    if is_chosen(ANSWERED[strategy], game_id, player_id):
        return _UNIFIED
    return _BOTH if is_chosen(COMPARED[strategy], game_id, player_id) else _LEGACY


def forced_route() -> Route:
    """What `force_unified` does, whatever the strategy."""
    return _UNIFIED


def is_chosen(share: float, game_id: GameId, player_id: SubjectId) -> bool:
    """Whether a player is among a share of them, 0 to 1.

    >>> sum(is_chosen(0.1, GameId("store"), SubjectId(str(each))) for each in range(10_000))
    969
    """
    return int(percent_text(f"rollout:{game_id}", player_id), 16) < share * BUCKETS
