"""What can go wrong between a legacy system and this one."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import NotFound, Unavailable


class LegacyFailed(Unavailable):
    """The legacy system gave no answer that can be used."""


@dataclass(eq=False)
class LegacyAnswerInvalid(LegacyFailed):
    """The legacy system's answer cannot be read at {pointer}: {problem}."""

    pointer: str
    problem: str

    def hint(self) -> str:
        """What an answer looks like."""
        return "docs/howto/migrate-from-a-legacy-system.md says which fields are read."


@dataclass(eq=False)
class LegacyAway(LegacyFailed):
    """The legacy system could not be reached: {problem}."""

    problem: str


@dataclass(eq=False)
class NothingKnownOfPlayers(NotFound):
    """No day of any player is known in the game "{game_id}"."""

    game_id: str

    def hint(self) -> str:
        """How to go on."""
        return "Calibrate it first: days are read then, and every night."
