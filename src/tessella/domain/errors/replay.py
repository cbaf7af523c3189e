"""Why a recorded decision cannot be decided again."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class SubjectNeeded(Invalid):
    """A rule that was tried reads the subject's id, which the audit does not keep."""

    pointer: str

    def hint(self) -> str:
        """How to go on."""
        return "Name the subject: subject_id, or --subject-id."


@dataclass(eq=False)
class SubjectNeededForHistory(SubjectNeeded):
    """The items were ranked from the subject's history, which only the subject's id finds."""


@dataclass(eq=False)
class ContextNotKept(Invalid):
    """The subject had switched personalization off: it was decided by the request, of which nothing is kept."""


@dataclass(eq=False)
class SubjectErased(Invalid):
    """The subject was erased since, and with them what they were decided by."""


@dataclass(eq=False)
class SubjectOptedOut(Invalid):
    """The subject "{subject_id}" has switched personalization off since: their history is not read."""

    pointer: str
    subject_id: str


@dataclass(eq=False)
class HistoryChanged(Invalid):
    """The history of the subject is not what the items were ranked from: events were removed, or stored late."""


@dataclass(eq=False)
class IndexNotKept(Invalid):
    """The ranking index {version}, which the items were ranked from, is not kept any more."""

    version: str

    def hint(self) -> str:
        """How to keep more."""
        return "TESSELLA_INDEX_VERSIONS says how many versions are kept."


@dataclass(eq=False)
class OverlayGone(Invalid):
    """Items had changed since the ranking index {version} was built, and that state of them is not kept."""

    version: str


@dataclass(eq=False)
class SubjectDoesNotFit(Invalid):
    """The decision was not about the subject "{subject_id}": its pseudonym is another one."""

    pointer: str
    subject_id: str


@dataclass(eq=False)
class NotReplayable(Invalid):
    """The recorded row cannot have come from a decision at snapshot version {version}: {reason}."""

    version: int
    reason: str
