"""Segments as loyalty programmes list them: what they are called, and how many members they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import SegmentId, nearest
from tessella.domain.segments.segment import Segment
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class LoyaltySegment:
    """One segment."""

    segment_id: SegmentId
    name: str
    #: As of the last calculation; None where that has not counted it.
    members: int | None


async def list_loyalty_segments(session: Session) -> Sequence[LoyaltySegment]:
    """All segments, by id. Raises what the session raises for an audience whose files are not whole."""
    counts = await _counts(session)
    declared = session.snapshot().definitions.segments
    return [_told(declared[each], counts) for each in sorted(declared)]


async def get_loyalty_segment(session: Session, segment_id: str) -> LoyaltySegment:
    """One segment. Raises `NoSuch`, and likewise."""
    known = session.snapshot().definitions.segments
    segment = known.get(SegmentId(segment_id))
    if segment is None:
        raise NoSuch("segment", segment_id, nearest(segment_id, known), known)
    return _told(segment, await _counts(session))


async def _counts(session: Session) -> Mapping[SegmentId, int]:
    active = await session.audience()
    if active is None:
        return {}
    return {each.segment_id: each.members for each in await session.segment_counts(active.audience.version)}


def _told(segment: Segment, counts: Mapping[SegmentId, int]) -> LoyaltySegment:
    return LoyaltySegment(segment.segment_id, segment.name or segment.segment_id, counts.get(segment.segment_id))
