"""Ranking indexes: what is told of each version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.identifiers import Json
from tessella.http.schemas.decide import TimeText
from tessella.ports.indexes import IndexState


class IndexBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to build."""

    #: Events up to this moment count; the moment of asking when it is absent.
    as_of: TimeText | None = None


class IndexCountsShown(msgspec.Struct, frozen=True):
    """What a build has read."""

    items: int
    #: Events that are in it, and events that count but are about no item of the catalogue.
    events: int
    unknown_items: int
    #: Items whose embedding is left out, as it has other dimensions than the first.
    other_dimensions: int


class IndexShown(msgspec.Struct, frozen=True):
    """One version."""

    version: str
    state: IndexState
    #: Events up to this moment are in it.
    as_of: str
    begun_at: str
    #: Null while it is being built, as are the next two.
    published_at: str | None
    counts: IndexCountsShown | None
    #: On the disk.
    bytes: int | None
    #: What it was built with: windows, and the setup of the ranking.
    settings: Mapping[str, Json]


class IndexesShown(msgspec.Struct, frozen=True):
    """The versions that are kept, the newest first."""

    items: Sequence[IndexShown]
