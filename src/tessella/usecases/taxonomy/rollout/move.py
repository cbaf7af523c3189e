"""Take a migration a step on, or back: the game is published with another strategy."""

from __future__ import annotations

from typing import Final

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.game import Rollout, Strategy
from tessella.ports import Change, Session
from tessella.usecases.definitions import get_definition
from tessella.usecases.publish_changes import publish_changes

#: Where a rollback leads: the legacy system answers everybody, and both are compared.
ROLLED_BACK: Final = Strategy.PARALLEL_ONLY


async def set_migration_strategy(session: Session, game_id: GameId, strategy: Strategy) -> int:
    """Put a strategy in force, in every process within two seconds; returns the snapshot version that has it.

    It is a publish as any other, with its history. Nothing is published where it is in force already. Raises `NoSuch`,
    and `StaleVersion` where somebody else was first.
    """
    stored = await get_definition(session, Kind.GAME, game_id)
    held = stored.body.get("rollout") or {}
    if held.get("strategy", Rollout().strategy) == strategy:
        return session.snapshot().version
    rollout = {**held, "strategy": strategy.value}
    change = Change(Kind.GAME, game_id, {**stored.body, "rollout": rollout}, stored.version)
    published = await publish_changes(session, [change], comment=f'The game "{game_id}" goes to {strategy}.')
    return published.snapshot_version


async def roll_back_migration(session: Session, game_id: GameId) -> int:
    """Have the legacy system answer everybody again. Raises likewise."""
    return await set_migration_strategy(session, game_id, ROLLED_BACK)
