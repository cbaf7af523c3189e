"""Read where both systems answered otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant
from tessella.ports import Session
from tessella.ports.taxonomy import Difference
from tessella.usecases.taxonomy.declared import game_named


async def list_migration_differences(
    session: Session, game_id: GameId, *, days: int, limit: int
) -> Sequence[Difference]:
    """At most so many of a game in the last days, the newest first. Raises `NoSuch`."""
    game_named(session, game_id)
    return await session.differences(game_id, since=Instant(session.now() - days * DAY_US), limit=limit)
