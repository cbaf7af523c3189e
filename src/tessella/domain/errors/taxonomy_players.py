"""Why a game cannot be calibrated."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class TooFewPlayers(Invalid):
    """The game "{game_id}" has {found} players with days to learn from; {least} are needed to find segments."""

    game_id: str
    found: int
    least: int

    def hint(self) -> str:
        """How to go on."""
        return "Import more of their days, or let the game look back further: `window_days`."
