"""What can go wrong with a calibration that is done apart from the request that asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict


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
