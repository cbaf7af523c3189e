"""What is wrong with a version of the past, a plan or a draft."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, NotFound, Stale


@dataclass(eq=False)
class NoSuchVersion(NotFound):
    """There is no version {version} of {what}."""

    what: str
    version: int

    def hint(self) -> str:
        """Where the versions are listed."""
        return "Look at the versions: tessella versions, or GET .../versions of the namespace or the object."


@dataclass(eq=False)
class HistoryGone(NotFound):
    """What was defined at snapshot version {version} is not known any more: the history begins with version {first}."""

    version: int
    first: int


@dataclass(eq=False)
class VersionDeleted(Conflict):
    """Version {version} of the {kind} "{name}" is its deletion."""

    kind: str
    name: str
    version: int

    def hint(self) -> str:
        """How to go on."""
        return "Delete the object, or name another version."


@dataclass(eq=False)
class StalePlan(Stale):
    """The namespace is at snapshot version {stored}, not {expected}: somebody has published meanwhile."""

    stored: int
    expected: int

    def hint(self) -> str:
        """How to go on."""
        return "Make the plan again, and name its snapshot version: in If-Match, or with --planned-at."


@dataclass(eq=False)
class StaleDrafts(Conflict):
    """These drafts were begun with versions that are active no more: {drafts}."""

    drafts: str

    def hint(self) -> str:
        """How to go on."""
        return "Write them again over what is active now, with its ETag in If-Match; or delete them."


@dataclass(eq=False)
class DraftChanged(Stale):
    """The draft of the {kind} "{name}" was changed or taken away meanwhile."""

    kind: str
    name: str

    def hint(self) -> str:
        """How to go on."""
        return "Look at the drafts again."


@dataclass(eq=False)
class NothingToPublish(Invalid):
    """There is nothing to publish: {reason}."""

    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Save a draft first, or name what is to change."


@dataclass(eq=False)
class NamedTwice(Invalid):
    """The {kind} "{name}" is named twice."""

    pointer: str
    kind: str
    name: str


@dataclass(eq=False)
class LeftOut(Invalid):
    """The order leaves out the segment "{name}"."""

    pointer: str
    name: str

    def hint(self) -> str:
        """What is expected."""
        return 'Name every segment but "default", the inactive ones too.'
