"""What can go wrong with a calibration apart from the request that asked for it, and with asking from Python."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid


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


class NothingOpen(Invalid):
    """No namespace is open here."""

    def hint(self) -> str:
        """How to open one."""
        return 'Ask inside of `async with tessella.open("shop"):`, or hand over what it gives as `tessella`.'
