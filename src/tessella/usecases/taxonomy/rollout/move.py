"""Take a migration a step on, or back: the game is published with another strategy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.game import Strategy
from tessella.ports import Change, Published, Session
from tessella.usecases.definitions import get_definition
from tessella.usecases.publish_changes import publish_changes

#: Where a rollback leads: the legacy system answers everybody, and both are compared.
ROLLED_BACK: Final = Strategy.PARALLEL_ONLY


async def set_strategy(session: Session, game_id: GameId, strategy: Strategy) -> Published:
    """Put a strategy in force, in every process within two seconds. It is a publish as any other, with its history.

    Raises `NoSuch`, `NothingToPublish` where it is in force already, and `StaleVersion` where somebody else was first.
    """
    stored = await get_definition(session, Kind.GAME, game_id)
    held = stored.body.get("rollout")
    rollout = {**(held if isinstance(held, Mapping) else {}), "strategy": strategy.value}
    change = Change(Kind.GAME, game_id, {**stored.body, "rollout": rollout}, stored.version)
    return await publish_changes(session, [change], comment=f'The game "{game_id}" goes to {strategy}.')


async def roll_back(session: Session, game_id: GameId) -> Published:
    """Have the legacy system answer everybody again. Raises likewise."""
    return await set_strategy(session, game_id, ROLLED_BACK)
