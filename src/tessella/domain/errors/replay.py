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
class SubjectDoesNotFit(Invalid):
    """The decision was not about the subject "{subject_id}": its pseudonym is another one."""

    pointer: str
    subject_id: str


@dataclass(eq=False)
class NotReplayable(Invalid):
    """The recorded row cannot have come from a decision at snapshot version {version}: {reason}."""

    version: int
    reason: str
