"""Why a segment cannot be predicted for."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import NotFound, TessellaError, Unavailable


@dataclass(eq=False)
class ScoringFailed(TessellaError):
    """The members of the segment could not be scored: {problem}."""

    problem: str


@dataclass(eq=False)
class ScoringBusy(Unavailable):
    """{waiting} segments wait to be scored whole already, and no more may."""

    waiting: int

    def hint(self) -> str:
        """How to go on."""
        return 'Ask again in a moment, or ask for a prediction with "async": true.'


@dataclass(eq=False)
class PredictionsGone(NotFound):
    """The predictions of the job {run_id} are not kept here any more."""

    run_id: str

    def hint(self) -> str:
        """How to go on."""
        return "The last ones of a namespace are kept, beside the server that made them. Ask for them again."


@dataclass(eq=False)
class PredictionsNotWritten(TessellaError):
    """The predictions cannot be written to {folder}: {reason}."""

    folder: str
    reason: str
