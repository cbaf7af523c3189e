"""What a process that scores whole segments is told, and tells."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.predictions.manifest import Manifest
from tessella.domain.predictions.segment.stats import Stats
from tessella.domain.predictions.thresholds import Thresholds


class Group(msgspec.Struct, frozen=True):
    """Some of the members, whose stats are counted apart."""

    #: A segment's id.
    name: str
    #: The column of bits, and the bit in it, of those who are in it; empty: everybody is.
    word: str = ""
    mask: int = 0


class ScoringModel(msgspec.Struct, frozen=True):
    """A model that the process loads for itself."""

    folder: str
    manifest: Manifest
    #: Of a model of offers, in US dollars: what each one that may be made is worth.
    worth: Mapping[str, float] = {}
    #: Of churn: as they are declared now, which may not be as the manifest has them.
    thresholds: Thresholds = Thresholds()


class Counted(msgspec.Struct, frozen=True):
    """What came of it, by the names of the groups."""

    members: Mapping[str, int]
    #: Of whom nothing could be told.
    failed: Mapping[str, int]
    stats: Mapping[str, Stats]
    #: The first of these, by id, of all groups.
    first_failed: tuple[str, ...] = ()
