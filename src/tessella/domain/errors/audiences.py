"""What can be wrong with what is asked of a calculated audience, or with what it is exported to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Denied, Invalid, TessellaError, Unavailable


@dataclass(eq=False)
class NothingCalculated(Conflict):
    """No audiences of the namespace "{namespace}" have been calculated yet."""

    namespace: str

    def hint(self) -> str:
        """How to go on."""
        return "Calculate first: `tessella audiences calculate`."


@dataclass(eq=False)
class AudienceBeingCalculated(Conflict):
    """The audiences of namespace "{namespace}" are being calculated."""

    namespace: str

    def hint(self) -> str:
        """How to go on."""
        return "Wait until that is done: `tessella audiences list`."


@dataclass(eq=False)
class ReadsTheRequest(Invalid):
    """The rule reads what only a request carries: without one nobody can be counted."""

    features: Sequence[str]
    advice: str
    pointer: str = "/expr"

    @property
    def message(self) -> str:
        """With the features by name."""
        listed = ", ".join(self.features)
        return f"The rule reads {listed}, which only a request carries: without one nobody can be counted."

    def hint(self) -> str:
        """How to go on."""
        return self.advice


@dataclass(eq=False)
class FeatureChanged(Conflict):
    """The last calculation of audiences holds the feature "{feature}" as {held}; it is {declared} now."""

    feature: str
    held: str
    declared: str

    def hint(self) -> str:
        """How to go on."""
        return "Calculate again: `tessella audiences calculate`."


@dataclass(eq=False)
class AudienceBusy(Unavailable):
    """{waiting} questions about audiences wait already, and no more may."""

    waiting: int

    def hint(self) -> str:
        """How to go on."""
        return "Ask again in a moment, or raise TESSELLA_AUDIENCE_QUEUE."


@dataclass(eq=False)
class AudienceUnread(Unavailable):
    """The files of the calculated audience cannot be read."""

    def hint(self) -> str:
        """How to go on."""
        return "The server's log says why. Calculate another one: `tessella audiences calculate`."


@dataclass(eq=False)
class AudienceTooWide(Unavailable):
    """The question about the calculated audience needs more than {memory} of memory."""

    memory: str

    def hint(self) -> str:
        """How to go on."""
        return "Raise TESSELLA_AUDIENCE_MEMORY."


@dataclass(eq=False)
class CursorOfAnother(Conflict):
    """The cursor is of the calculation {version}, which is no longer the active one."""

    version: str
    pointer: str = "/query/cursor"

    def hint(self) -> str:
        """How to go on."""
        return "Begin again without a cursor. For a list that nothing changes under, ask for an export."


@dataclass(eq=False)
class TooFewToShow(Denied):
    """The segment "{segment_id}" or what is left has fewer than {threshold} subjects, which your role is not shown."""

    segment_id: str
    threshold: int


@dataclass(eq=False)
class ExportRefused(Invalid):
    """Members cannot be exported to this place: {reason}."""

    reason: str
    advice: str = ""
    pointer: str = "/target"

    def hint(self) -> str:
        """What can be done about it."""
        return self.advice


@dataclass(eq=False)
class ExportNotWritten(TessellaError):
    """The members cannot be written to {target}: {reason}."""

    target: str
    reason: str

    def hint(self) -> str:
        """What is left, and how to go on."""
        return "Nothing of it was left there, and what was there before is still there."
