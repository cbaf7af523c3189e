"""Drafts, plans and publishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Json, SegmentId
from tessella.http.schemas.decide import TimeText
from tessella.http.schemas.problem import Fault

Comment = Annotated[str, msgspec.Meta(max_length=1000, description="Why; shown with the publish.")]


class ObjectName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One object."""

    kind: Kind
    identifier: str


class ChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to become of one object."""

    kind: Kind
    identifier: str
    #: The whole object; null deletes it.
    body: dict[str, Any] | None


class PlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to plan: `changes`, or the `drafts` of these names; without either all drafts."""

    changes: list[ChangeBody] | None = None
    drafts: list[ObjectName] | None = None
    #: The moment for which subjects are counted; now when it is left out.
    at: TimeText | None = None


class PublishBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to publish: `changes`, or the `drafts` of these names; without either all drafts."""

    changes: list[ChangeBody] | None = None
    drafts: list[ObjectName] | None = None
    comment: Comment = ""


class DraftShown(msgspec.Struct, frozen=True):
    """What somebody wants an object to become."""

    kind: Kind
    identifier: str
    #: Null: delete the object.
    body: Mapping[str, Json] | None
    #: The version that was active when the draft was begun; 0 for none.
    base_version: int
    active_version: int
    #: Whether these are not the same: then the draft is not published.
    stale: bool
    changed_at: str
    #: The role that wrote it.
    changed_by: str


class DraftsShown(msgspec.Struct, frozen=True):
    """All drafts, by kind and name."""

    items: list[DraftShown]


class FieldChangeShown(msgspec.Struct, frozen=True):
    """What becomes of one value of an object."""

    #: add, remove or replace.
    action: str
    pointer: str
    before: Json
    after: Json


class ObjectChangeShown(msgspec.Struct, frozen=True):
    """What becomes of one object."""

    kind: Kind
    identifier: str
    #: add, remove or replace; keep when it is written again as it is.
    action: str
    fields: list[FieldChangeShown]


class MoveShown(msgspec.Struct, frozen=True):
    """So many subjects go from one segment to another."""

    before: str = msgspec.field(name="from")
    after: str = msgspec.field(name="to")
    subjects: int


class SegmentCount(msgspec.Struct, frozen=True):
    """How many subjects a segment is chosen for."""

    segment_id: str
    before: int
    after: int
    #: What the segment reads that only a request carries: then nobody is counted in it.
    request_time: tuple[str, ...] = ()


class MovesShown(msgspec.Struct, frozen=True):
    """What a change does to the subjects with stored facts."""

    subjects: int
    #: The largest first; those who stay are not listed.
    moved: list[MoveShown]
    #: By name.
    segments: list[SegmentCount]


class PlanShown(msgspec.Struct, frozen=True):
    """What a change would do. Its ETag, sent in If-Match, lets it be published only while nothing else was."""

    #: The version that it was made against.
    snapshot_version: int
    at: str
    valid: bool
    #: What keeps it from being published.
    errors: list[Fault]
    changes: list[ObjectChangeShown]
    #: Null for what cannot be published.
    moves: MovesShown | None


class VersionOf(msgspec.Struct, frozen=True):
    """The version of one object that a publish made active; null where it took the object away."""

    kind: Kind
    identifier: str
    version: int | None


class PublishedShown(msgspec.Struct, frozen=True):
    """What a publish did."""

    #: The namespace's new snapshot version.
    snapshot_version: int
    #: The objects that were not deleted.
    stored: list[VersionOf]


class OrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order of trial: every segment once, the first tried first, without `default`."""

    order: list[str]


class OrderShown(msgspec.Struct, frozen=True):
    """The order that holds, and the priorities that make it."""

    snapshot_version: int
    priorities: Mapping[SegmentId, int]
