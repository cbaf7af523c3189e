"""What can go wrong with long work that is done apart from requests."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, TessellaError


@dataclass(eq=False)
class RunNotFailed(Conflict):
    """The run {run_id} has not failed ({state}): only one that failed can be tried again."""

    run_id: str
    state: str

    def hint(self) -> str:
        """How to go on."""
        return "Ask for the job anew."


@dataclass(eq=False)
class RunIsOver(Conflict):
    """The run {run_id} is over ({state}): there is nothing to cancel."""

    run_id: str
    state: str


@dataclass(eq=False)
class SameRunOpen(Conflict):
    """The same is being done already, by another run than {run_id}."""

    run_id: str

    def hint(self) -> str:
        """How to find it."""
        return "It is listed among the jobs that are queued or running."


@dataclass(eq=False)
class NoRehearsal(Invalid):
    """The job {job} cannot tell what it would do."""

    job: str
    known: str

    def hint(self) -> str:
        """Which can, and how to go on."""
        return f"Those that can are {self.known}. Leave --dry-run out to have it done."


@dataclass(eq=False)
class RunFailed(Conflict):
    """The job {job} did not come to its end: {problem}"""

    job: str
    run_id: str
    problem: str

    def hint(self) -> str:
        """Where the run is."""
        return f"The run is {self.run_id}."


@dataclass(eq=False)
class ResultTooLarge(TessellaError):
    """The work is done, but its result of {size} bytes is larger than the {limit} that are kept."""

    size: int
    limit: int


@dataclass(eq=False)
class TriedTooOften(TessellaError):
    """The worker ended {attempts} times while it did this."""

    attempts: int

    def hint(self) -> str:
        """What to look for."""
        return "See in the log how it ended; a lack of memory is likely. Then try again."


@dataclass(eq=False)
class UnknownJob(TessellaError):
    """This worker does not know the job "{job}"."""

    job: str

    def hint(self) -> str:
        """Why that can be."""
        return "A later Tessella has asked for it: update this one, then try again."


@dataclass(eq=False)
class JobBroke(TessellaError):
    """Something went wrong in the worker. It is logged."""
