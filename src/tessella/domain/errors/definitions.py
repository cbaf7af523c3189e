"""What is wrong with a definition, or with a change of one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, Stale
from tessella.domain.errors.messages import there_is


@dataclass(eq=False)
class WrongShape(Invalid):
    """{problem}"""

    pointer: str
    problem: str
    advice: str = ""

    def hint(self) -> str:
        """What shape is expected."""
        return self.advice


@dataclass(eq=False)
class UnknownField(Invalid):
    """There is no field "{name}" here."""

    pointer: str
    name: str
    nearest: str | None
    #: What there is here, where that is told, and the field that it goes into.
    known: Collection[str] = ()
    holder: str | None = None

    def hint(self) -> str:
        """Where it belongs, the nearest valid name, or some of all."""
        if self.holder:
            return f'It goes into "{self.holder}".'
        if self.nearest:
            return f'Did you mean "{self.nearest}"?'
        return f"Leave it out. {there_is(self.known)}".rstrip()


@dataclass(eq=False)
class UnknownKind(Invalid):
    """There is no feature kind "{name}"."""

    pointer: str
    name: str
    nearest: str | None
    known: str

    def hint(self) -> str:
        """The nearest kind, or all of them."""
        return f'Did you mean "{self.nearest}"?' if self.nearest else f"One of {self.known}."


@dataclass(eq=False)
class WrongResultType(Invalid):
    """The kind "{name}" computes a {result}, which a feature of type {type} cannot hold."""

    pointer: str
    name: str
    result: str
    type: str

    def hint(self) -> str:
        """What to declare."""
        return f"Declare the feature with type: {self.result}."


@dataclass(eq=False)
class KnobInvalid(Invalid):
    """{name} must be {expected}, not {got}."""

    pointer: str
    name: str
    expected: str
    got: str


@dataclass(eq=False)
class UnknownReference(Invalid):
    """There is no {kind} "{name}" {place}."""

    pointer: str
    kind: str
    name: str
    nearest: str | None
    #: What there is, for a request; a definition can have made first what it refers to.
    known: Collection[str] = ()
    place: str = "in this namespace"

    def hint(self) -> str:
        """The nearest existing name, or some of all."""
        if self.nearest:
            return f'Did you mean "{self.nearest}"?'
        return there_is(self.known) or f"Create the {self.kind} first."


@dataclass(eq=False)
class AlreadyExists(Conflict):
    """The {kind} "{name}" exists already."""

    kind: str
    name: str

    def hint(self) -> str:
        """How to go on."""
        return "Choose another name, or change this one with PUT."


@dataclass(eq=False)
class InUse(Conflict):
    """The {kind} "{name}" is in use by {users}."""

    kind: str
    name: str
    users: str

    def hint(self) -> str:
        """How to go on."""
        return "Change these first."


@dataclass(eq=False)
class StaleVersion(Stale):
    """The {kind} "{name}" is at version {stored}, not {expected}."""

    kind: str
    name: str
    stored: int
    expected: int

    def hint(self) -> str:
        """How to go on."""
        return "Read it again, repeat the change, and send its new ETag in If-Match."


@dataclass(eq=False)
class Overtaken(Conflict):
    """The {kind} "{name}" was changed by others again and again before this change of it could be stored."""

    kind: str
    name: str

    def hint(self) -> str:
        """How to go on."""
        return "Send it again in a moment."


@dataclass(eq=False)
class StoredUnreadable(Invalid):
    """The stored {kind} "{name}" cannot be read: {problem}"""

    pointer: str
    kind: str
    name: str
    problem: str

    def hint(self) -> str:
        """How to go on."""
        return "Write it anew, or delete it; everything else stays as it is meanwhile."


@dataclass(eq=False)
class FileInvalid(Invalid):
    """{file}: {problem}"""

    file: str
    pointer: str
    problem: str
    advice: str = ""

    def hint(self) -> str:
        """What is expected there."""
        return self.advice
