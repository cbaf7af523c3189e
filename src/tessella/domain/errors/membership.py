"""Why a player cannot be placed in a taxonomy."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, NotFound


@dataclass(eq=False)
class NothingKnownOfPlayer(NotFound):
    """No day of the player "{player_id}" is known in the game "{game_id}"."""

    player_id: str
    game_id: str

    def hint(self) -> str:
        """How to go on."""
        return "Days are taken up by the nightly refresh and by a calibration; a day without events is none."


@dataclass(eq=False)
class MetricsChanged(Conflict):
    """What is stored of the player "{player_id}" is of {stored} metrics, and the taxonomy is of {calibrated}."""

    player_id: str
    stored: int
    calibrated: int

    def hint(self) -> str:
        """How to go on."""
        return "The game's metrics were changed since: calibrate its taxonomy with force_recalibration."
