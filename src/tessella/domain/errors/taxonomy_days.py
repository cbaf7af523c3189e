"""Why the days of a game's players cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid


@dataclass(eq=False)
class NoDays(Invalid):
    """Nobody has a day in the game "{game_id}" from {first} to {last}."""

    game_id: str
    #: As 2026-11-22.
    first: str
    last: str

    def hint(self) -> str:
        """How to go on."""
        return (
            "Look at what the game's metrics select, and at `window_days`; `tessella events import` brings events."
            " A day counts once it is over where the game is."
        )


@dataclass(eq=False)
class DayColumnMissing(Conflict):
    """The days of the game "{game_id}" have no column "{column}"."""

    pointer: str
    game_id: str
    column: str
    nearest: str | None

    def hint(self) -> str:
        """How to go on."""
        return (
            f'Did you mean "{self.nearest}"?' if self.nearest else "The game names its columns in `days` and `metrics`."
        )


@dataclass(eq=False)
class DayColumnUnfit(Conflict):
    """The column "{column}" of the days of the game "{game_id}" is {type_name}, and {needed} is needed."""

    pointer: str
    game_id: str
    column: str
    type_name: str
    #: `a number`, `text`, or `a date or text`.
    needed: str

    def hint(self) -> str:
        """How to go on."""
        return "Cast it where the rows are made, or name another column."


@dataclass(eq=False)
class BaselineOutdated(Conflict):
    """What is stored of the days of "{player_id}" has other metrics than the game: {found} numbers, not {expected}."""

    player_id: str
    found: int
    expected: int

    def hint(self) -> str:
        """How to go on."""
        return "The game has changed since: calibrate it, or wait for the refresh at night."
