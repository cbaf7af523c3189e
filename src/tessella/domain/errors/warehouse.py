"""What can go wrong while a set of subjects is evaluated where the data lives."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import TessellaError, Unavailable


@dataclass(eq=False)
class QueryFailed(TessellaError):
    """{engine} could not run the query: {problem}."""

    engine: str
    problem: str


@dataclass(eq=False)
class QueryTimedOut(Unavailable):
    """{engine} did not answer within {seconds} seconds."""

    engine: str
    seconds: float

    def hint(self) -> str:
        """What can be done about it."""
        return "Ask for less at a time, or raise the timeout."


@dataclass(eq=False)
class WorkerLost(Unavailable):
    """The worker process of {engine} ended with status {status} before it answered."""

    engine: str
    status: int

    def hint(self) -> str:
        """What happens next."""
        return "The next query starts a new worker. If it was killed for its memory, lower the memory limit."
