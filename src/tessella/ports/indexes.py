"""The versions of a namespace's ranking index: what is told of each, and what builds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from tessella.domain.identifiers import Instant, Json

if TYPE_CHECKING:
    from tessella.domain.ranking.index.index import RankingIndex


class IndexState(StrEnum):
    """What has become of a version."""

    BUILDING = "building"
    ACTIVE = "active"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """What a build has read."""

    items: int
    #: Events that are in it, and events that count but are about no item of the catalogue.
    events: int
    unknown_items: int
    #: Items whose embedding is left out, as it has other dimensions than the first.
    other_dimensions: int = 0


@dataclass(frozen=True, slots=True)
class StoredIndex:
    """One version."""

    #: UUID version 7, so versions are ordered by the time at which they were begun.
    version: str
    state: IndexState
    #: Events up to this moment are in it.
    as_of: Instant
    begun_at: Instant
    #: None while it is being built; so are the rest.
    published_at: Instant | None
    counts: IndexCounts | None
    #: On the disk.
    bytes: int | None
    #: What it was built with.
    settings: Mapping[str, Json]


class IndexBuild(Protocol):
    """A version that is being built: the only one of its namespace."""

    @property
    def version(self) -> str:
        """The version to build."""
        ...

    async def publish(self, index: RankingIndex, counts: IndexCounts, settings: Mapping[str, Json]) -> StoredIndex:
        """Write the index and make it the active one: wholly or, when this raises, not at all.

        Raises `IndexBuildOvertaken` when another build took this one for dead, and `IndexNotWritten`.
        """
        ...
