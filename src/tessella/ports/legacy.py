"""The system that answered before, while a game migrates from it."""

from __future__ import annotations

from typing import Protocol

from tessella.domain.identifiers import GameId, Json, SubjectId


class LegacySystem(Protocol):
    """Answers as JSON, in the form of requirement C's answers: see `domain.taxonomy.rollout.answers`."""

    async def categorize(self, player_id: SubjectId, game_id: GameId) -> Json:
        """The player's memberships. May raise anything."""
        ...

    async def detect(self, player_id: SubjectId, game_id: GameId) -> Json:
        """Whether the player's last days are anomalies. May raise anything."""
        ...
