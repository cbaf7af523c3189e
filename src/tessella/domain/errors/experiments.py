"""What is wrong with a change of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid


@dataclass(eq=False)
class ExperimentBegun(Invalid):
    """The experiment "{experiment}" has begun: {problem}."""

    pointer: str
    experiment: str
    problem: str

    def hint(self) -> str:
        """How to go on."""
        return "Make another experiment: what units were given, and what was counted of it, would not fit this one."


@dataclass(eq=False)
class WrongStatus(Conflict):
    """The experiment "{experiment}" is {status}, and cannot become {wanted}."""

    experiment: str
    status: str
    wanted: str
    #: The statuses that lead there.
    possible: str

    def hint(self) -> str:
        """What could."""
        return f"What is {self.possible} can."


@dataclass(eq=False)
class ExperimentOver(Conflict):
    """The experiment "{experiment}" is {status}: how it is segmented does not change any more."""

    experiment: str
    status: str

    def hint(self) -> str:
        """How to go on."""
        return "Make another experiment: nobody is given a variant of this one any more."


@dataclass(eq=False)
class TooFewAssignments(Conflict):
    """Experiment "{experiment}" has {assignments} assignments; clusters are found in {needed} or more."""

    experiment: str
    assignments: int
    needed: int

    def hint(self) -> str:
        """How to go on."""
        return "Allocate more users. In the mode auto the training begins by itself."

    def counts(self) -> Mapping[str, int]:
        """Of both."""
        return {"assignments": self.assignments, "needed": self.needed}
