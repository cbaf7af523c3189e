"""Versions, publishes and drafts: immutable records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant, Json
from tessella.ports.records import StoredDefinition


@dataclass(frozen=True, slots=True)
class Restore:
    """One object is to be again as a stored version of it has it. That version has a body."""

    kind: Kind
    identifier: str
    version: int
    #: The version that the author has read; 0 when it must not exist; None when it does not matter.
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What a publish did."""

    #: The namespace's new snapshot version.
    snapshot_version: int
    #: The objects that were not deleted, in the order of their changes.
    stored: Sequence[StoredDefinition]


@dataclass(frozen=True, slots=True)
class Publish:
    """One publish of the past."""

    snapshot_version: int
    published_at: Instant
    #: The role that published.
    published_by: str
    comment: str
    #: How many objects it changed.
    changes: int


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """What a publish did to one object."""

    kind: Kind
    identifier: str
    #: The version that it made active; None where it took the object away.
    version: int | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of an object. Never changed, never removed."""

    kind: Kind
    identifier: str
    version: int
    #: None: the version that deleted the object.
    body: Mapping[str, Json] | None
    changed_at: Instant
    #: The role that wrote it.
    changed_by: str


@dataclass(frozen=True, slots=True)
class Differing:
    """An object that two snapshot versions have differently."""

    kind: Kind
    identifier: str
    #: None where it is not defined.
    before: Mapping[str, Json] | None
    after: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants an object to become. Nothing is decided with it before it is published."""

    kind: Kind
    identifier: str
    #: None: delete the object.
    body: Mapping[str, Json] | None
    #: The version that was active when the draft was begun; 0 for none.
    base_version: int
    #: The version that is active now; 0 for none. Another one than `base_version`, and the draft is stale.
    active_version: int
    changed_at: Instant
    changed_by: str

    @property
    def is_stale(self) -> bool:
        """Whether somebody has published the object since the draft was begun."""
        return self.base_version != self.active_version
