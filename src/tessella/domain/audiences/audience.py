"""What a calculation holds: which segments have a bit at which position, and which features a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from tessella.domain.audiences.layout import held
from tessella.domain.audiences.places import Place
from tessella.domain.errors import Conflict
from tessella.domain.features.gate import iso
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, Namespace, SegmentId, SourceId

#: The source of features that are stored facts.
FACTS: Final = ""


class CountedSegment(msgspec.Struct, frozen=True):
    """A segment that has a bit."""

    segment_id: SegmentId
    #: Of its rules, those of the segments that they read, and the features of all of these.
    fingerprint: str
    place: Place
    #: Why it was evaluated there.
    reason: str = ""


class HeldFeature(msgspec.Struct, frozen=True):
    """A feature that has a column of normalised values."""

    name: FeatureName
    type: FeatureType
    #: The source of customers that it was read from; `FACTS` for a stored fact.
    source: SourceId | str = FACTS


class Audience(msgspec.Struct, frozen=True):
    """One calculation over everybody in a namespace."""

    namespace: Namespace
    #: UUID version 7.
    version: str
    #: The moment at which the rules were evaluated.
    as_of: Instant
    #: Of the definitions that were used, whatever was published meanwhile.
    snapshot_version: int
    #: By their positions: the active ones in the order of trial, then the inactive ones.
    segments: tuple[CountedSegment, ...]
    #: The first so many are active.
    tried: int
    #: The others, and the request features that keep each from being counted.
    uncounted: Mapping[SegmentId, tuple[FeatureName, ...]]
    #: By their columns.
    features: tuple[HeldFeature, ...]
    #: The moment of the last calculation that has read everything: what was deleted since may still be there.
    full_as_of: Instant
    #: Per source, the last moment at which one of the rows that were read had changed.
    watermarks: Mapping[SourceId, Instant] = {}
    #: Subjects.
    rows: int = 0
    #: Rows of the file beside the base that replace some of it; 0 without one.
    delta_rows: int = 0

    def column(self, name: FeatureName) -> str:
        """The column of a feature. Raises `NotInAudience`."""
        for at, each in enumerate(self.features):
            if each.name == name:
                return held(at)
        raise NotInAudience(name, iso(self.as_of))

    def columns(self) -> dict[FeatureName, str]:
        """The columns of all features."""
        return {each.name: held(at) for at, each in enumerate(self.features)}

    def position(self, segment_id: SegmentId) -> int:
        """The position of a segment. Raises `NotCounted`."""
        for at, each in enumerate(self.segments):
            if each.segment_id == segment_id:
                return at
        raise NotCounted(segment_id, self.why_not(segment_id), segment_id in self.uncounted)

    def why_not(self, segment_id: SegmentId) -> str:
        """Why a segment has no bit."""
        if reads := self.uncounted.get(segment_id):
            return f"its rules read {', '.join(reads)}, which only a request carries"
        return f"the last calculation, as of {iso(self.as_of)}, does not know it"

    def tried_segments(self) -> tuple[CountedSegment, ...]:
        """The active ones."""
        return self.segments[: self.tried]

    def means_the_same(self, other: Audience) -> bool:
        """Whether both hold the same segments and features, by the same rules and from the same sources."""
        return (self.segments, self.tried, self.features) == (other.segments, other.tried, other.features)


@dataclass(eq=False)
class NotInAudience(Conflict):
    """The last calculation of audiences, as of {as_of}, does not hold the feature "{feature}"."""

    feature: str
    as_of: str

    def hint(self) -> str:
        """How to go on."""
        return "Calculate again: `tessella audiences calculate`. Personal features are never held."


@dataclass(eq=False)
class NotCounted(Conflict):
    """The segment "{segment_id}" is not counted: {reason}."""

    segment_id: str
    reason: str
    #: Whether no calculation ever counts it.
    is_of_requests: bool

    def hint(self) -> str:
        """How to go on."""
        if self.is_of_requests:
            return "No calculation counts it. Decide for a customer with the request's context: POST /api/v1/decide."
        return "A new or changed segment is counted by the next calculation: `tessella audiences calculate`."
