"""What calculations of audiences counted: sizes of segments and their trend, overlaps, who entered and left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.identifiers import Instant, SegmentId
from tessella.ports import Session
from tessella.ports.audiences import (
    CalculationState,
    MembershipChange,
    SegmentCount,
    StoredCalculation,
)
from tessella.usecases.audiences.rows import active_audience, known_segment

if TYPE_CHECKING:
    from tessella.domain.audiences.tally import Tally

#: Calculations that are looked through for failures since the one in use.
_LOOKED_THROUGH: Final = 100


@dataclass(frozen=True, slots=True)
class Staleness:
    """Why the calculation in use is not the last one that was tried."""

    #: When the first one failed since.
    since: Instant
    #: Why the last one did.
    problem: str


@dataclass(frozen=True, slots=True)
class SegmentCounts:
    """How many subjects each segment holds, and held."""

    audience: Audience
    stale: Staleness | None
    #: In the order of trial, then the inactive ones.
    counts: Sequence[SegmentCount]
    #: Of each segment, what the last calculations counted, the oldest first.
    trends: Mapping[SegmentId, Sequence[SegmentCount]]

    @property
    def in_none(self) -> int:
        """How many are in no active segment."""
        return self.audience.rows - sum(each.first_matches for each in self.counts)


@dataclass(frozen=True, slots=True)
class SegmentOverlap:
    """How far segments hold the same subjects."""

    audience: Audience
    tally: Tally
    #: The positions that were asked for.
    positions: Sequence[int]


async def list_calculations(session: Session, limit: int) -> tuple[Sequence[StoredCalculation], Staleness | None]:
    """The last calculations, the newest first, and whether the one in use is stale."""
    found = await session.calculations(max(limit, _LOOKED_THROUGH))
    return found[:limit], staleness(found)


async def get_calculation(session: Session, version: str) -> StoredCalculation:
    """One calculation. Raises `NoSuch`."""
    return await session.calculation(version)


async def segment_counts(session: Session, *, trend: int) -> SegmentCounts:
    """Sizes of all segments, and what the last `trend` calculations counted.

    Raises `NothingCalculated`, and what the session raises for files that are not whole.
    """
    audience = (await active_audience(session)).audience
    counts = await session.segment_counts(audience.version)
    trends: defaultdict[SegmentId, list[SegmentCount]] = defaultdict(list)
    for each in reversed(await session.count_trend(None, limit=trend)):
        trends[each.segment_id].append(each)
    stale = staleness(await session.calculations(_LOOKED_THROUGH))
    return SegmentCounts(audience, stale, counts, trends)


async def segment_overlap(session: Session, segment_ids: Sequence[SegmentId]) -> SegmentOverlap:
    """How far these segments overlap, each told once, or without any all. Raises likewise, and `NotCounted`."""
    active = await active_audience(session)
    audience = active.audience
    wanted = dict.fromkeys(segment_ids or (each.segment_id for each in audience.segments))
    positions = [audience.position(each) for each in wanted]
    return SegmentOverlap(audience, await session.audience_tally(active), positions)


async def membership_changes(
    session: Session, segment_id: str, *, limit: int, cursor: str | None
) -> tuple[Sequence[MembershipChange], str]:
    """Who entered and left a segment after the cursor, the oldest first, and where to go on from. Raises `NoSuch`."""
    known = known_segment(session.snapshot(), segment_id)
    return await session.membership_changes(known, limit=limit, cursor=cursor)


def staleness(calculations: Sequence[StoredCalculation]) -> Staleness | None:
    """Of calculations, the newest first: whether the last ones failed."""
    ended = (each for each in calculations if each.state is not CalculationState.CALCULATING)
    failed = list(takewhile(lambda each: each.state is CalculationState.FAILED, ended))
    if not failed:
        return None
    since = failed[-1].ended_at
    assert since is not None, "it has ended"
    return Staleness(since, failed[0].problem)
