"""Why a taxonomy is not there, not found, or not stored."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, NotFound


@dataclass(eq=False)
class NotCalibrated(NotFound):
    """There is no taxonomy of the game "{game_id}" yet."""

    game_id: str

    def hint(self) -> str:
        """How to get one."""
        return f"Calibrate it: `tessella taxonomy calibrate {self.game_id}`, or POST .../taxonomy/calibrate."


@dataclass(eq=False)
class CalibrationRunning(Conflict):
    """The game "{game_id}" is being calibrated or refreshed already."""

    game_id: str

    def hint(self) -> str:
        """How to go on."""
        return "Wait for that one: what it finds is served within two seconds of its end."


@dataclass(eq=False)
class AlreadyCalibrated(Conflict):
    """Version {version} of the taxonomy of "{game_id}" has been stored by somebody else."""

    game_id: str
    version: int

    def hint(self) -> str:
        """How to go on."""
        return "Look at that one, and calibrate again if it is not what you want."


@dataclass(eq=False)
class TooFewPlayers(Invalid):
    """The game "{game_id}" has {found} players with days to learn from; {least} are needed to find segments."""

    game_id: str
    found: int
    least: int

    def hint(self) -> str:
        """How to go on."""
        return "Import more of their days, or let the game look back further: `window_days`."


@dataclass(eq=False)
class CalibrationFailed(Conflict):
    """The game "{game_id}" could not be calibrated: {problem}"""

    game_id: str
    run_id: str
    problem: str
    advice: str = ""

    def hint(self) -> str:
        """What the error of the run advises, and where the run is."""
        return f"{self.advice} The run is {self.run_id}.".strip()
