"""Versions and publishes of the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from tessella.domain.identifiers import Json
from tessella.http.schemas.publishing import Comment, ObjectChangeShown, VersionOf

#: The largest number that the database keeps.
NEWEST: Final = 2**63 - 1
VersionNumber = Annotated[int, msgspec.Meta(ge=0, le=NEWEST)]


class PublishShown(msgspec.Struct, frozen=True):
    """One publish."""

    snapshot_version: int
    published_at: str
    #: The role that published.
    published_by: str
    comment: str
    #: How many objects it changed.
    changes: int


class PublishPage(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[PublishShown]
    next_cursor: str | None


class PublishWhole(PublishShown, frozen=True):
    """One publish and what it changed."""

    objects: list[VersionOf]


class VersionShown(msgspec.Struct, frozen=True):
    """One version of an object."""

    version: int
    #: Null for the version that deleted the object.
    body: Mapping[str, Json] | None
    changed_at: str
    #: The role that wrote it.
    changed_by: str


class VersionPage(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[VersionShown]
    next_cursor: str | None


class DiffShown(msgspec.Struct, frozen=True):
    """What distinguishes two snapshot versions."""

    before: int = msgspec.field(name="from")
    after: int = msgspec.field(name="to")
    changes: list[ObjectChangeShown]


class RollbackBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The snapshot version to go back to."""

    version: VersionNumber
    comment: Comment = ""


class VersionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version of the object to go back to."""

    version: VersionNumber
