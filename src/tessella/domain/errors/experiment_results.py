"""What keeps an experiment from being refreshed, or a policy from being evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid


@dataclass(eq=False)
class NotRefreshed(Conflict):
    """The experiment "{experiment}" is a draft: nothing has come of it."""

    experiment: str

    def hint(self) -> str:
        """How to go on."""
        return "Start it."


@dataclass(eq=False)
class SegmentNotInPolicy(Invalid):
    """The policy says nothing of the segment "{segment}", and units were logged in it."""

    segment: str
    pointer: str = ""

    def hint(self) -> str:
        """How to go on."""
        return 'Add its probabilities, or those of every other segment as "otherwise".'


@dataclass(eq=False)
class NothingLogged(Conflict):
    """The log of experiment "{experiment}" has too few units whose rewards have all come: {young} are too young."""

    experiment: str
    young: int

    def hint(self) -> str:
        """How to go on."""
        return "Wait until their attribution window is over, or count them too with --young."
