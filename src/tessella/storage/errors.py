"""What storage refuses, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import Conflict, Denied, Invalid, TessellaError, Unavailable

#: What the schema of an empty database is called.
NO_SCHEMA: Final = "nothing"


@dataclass(eq=False)
class DatabaseAway(Unavailable):
    """The database does not answer: {reason}."""

    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Try again in a moment; decisions go on meanwhile."


@dataclass(eq=False)
class WriteInDoubt(DatabaseAway):
    """The database does not answer, and what it was given may yet be stored: {reason}."""


@dataclass(eq=False)
class QueueFull(Unavailable):
    """Too many rows wait to be written."""

    def hint(self) -> str:
        """How to go on."""
        return "Send again after the time in Retry-After."


@dataclass(eq=False)
class AuditUnavailable(Unavailable):
    """The decision cannot be recorded, which this namespace requires: {reason}."""

    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Ask again after the time in Retry-After. The defaults of the namespace say whether it is required."


@dataclass(eq=False)
class SnapshotMissing(Unavailable):
    """The configuration of namespace "{namespace}" could not be loaded: {reason}."""

    namespace: str
    reason: str


@dataclass(eq=False)
class RowsRefused(Invalid):
    """The database refuses this row: {reason}."""

    reason: str


class RowsDenied(Denied):
    """This role may not store these rows, or not for this subject."""


@dataclass(eq=False)
class EventConflict(Conflict):
    """The event id "{event_id}" is stored with another body."""

    event_id: str

    def hint(self) -> str:
        """How to go on."""
        return "An event never changes: send a correction under an id of its own."


@dataclass(eq=False)
class ServesTooStrong(TessellaError):
    """The database role "{role}" {power}, so row security would not hold; Tessella does not serve as it."""

    role: str
    power: str

    def hint(self) -> str:
        """How to go on."""
        return "Run `tessella db init` once; it makes the role tessella_app and stores its credential."


@dataclass(eq=False)
class SchemaNotCurrent(TessellaError):
    """The database's schema is at "{found}"; this Tessella needs "{expected}"."""

    found: str
    expected: str

    def hint(self) -> str:
        """How to go on."""
        return "Run `tessella db init`." if self.found == NO_SCHEMA else "Run `tessella db upgrade`."


@dataclass(eq=False)
class SchemaNewer(SchemaNotCurrent):
    """A later Tessella has brought the database's schema to "{found}"; this one knows "{expected}"."""

    def hint(self) -> str:
        """How to go on."""
        return "Use the Tessella that did, or another database."
