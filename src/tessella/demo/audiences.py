"""The audiences of the demo: calculated in sets, and compared with what is decided for each household."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.demo.everybody import Everybody, told_set_wise
from tessella.domain.identifiers import DEFAULT_SEGMENT, Instant, SegmentId, SubjectId
from tessella.ports import Session
from tessella.ports.audiences import CalculationKind
from tessella.usecases.audiences.counts import SegmentCounts, SegmentOverlap
from tessella.usecases.audiences.plan import plan_calculation

#: Disagreements that are shown.
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class SegmentCompared:
    """One segment, counted in both ways."""

    segment_id: SegmentId
    one_by_one: int
    set_wise: int
    #: Of all households; None where there are none.
    share: float | None
    #: How many it held in the calculation before; None in the first.
    before: int | None
    #: The other segment with the largest Jaccard index, which is |both| / |either|; None where none has any in common.
    overlaps_most: SegmentId | None
    jaccard: float | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A household that a segment holds in one way and not in the other; of `first`, a first match."""

    subject_id: SubjectId
    segment_id: SegmentId
    is_first: bool
    #: Whether it is decided so one by one, and not set-wise.
    one_by_one: bool


@dataclass(frozen=True, slots=True)
class Audiences:
    """The last calculation beside all decisions."""

    version: str
    as_of: Instant
    #: The moment of the calculation before; None when there was none.
    before: Instant | None
    segments: Sequence[SegmentCompared]
    #: So many answers were compared: for each household, each segment that is counted, and the first match.
    answers: int
    disagreements: int
    #: The first of them.
    shown: Sequence[Disagreement]


async def calculate(application: Application, session: Session, as_of: Instant) -> None:
    """Tell of every household which segments hold it."""
    with application.warehouse() as duckdb:
        await usecases.calculate_audiences(
            session, duckdb, application.open_engine, as_of=as_of, progress=lambda _: None, kind=CalculationKind.FULL
        )


async def calculated_as_of(session: Session) -> Instant | None:
    """The moment of the calculation in use; None where it is not of the segments as they are now."""
    active = await session.audience()
    if active is None:
        return None
    planned = plan_calculation(session.snapshot(), active.audience.version, active.audience.as_of).audience
    return active.audience.as_of if planned.means_the_same(active.audience) else None


async def compare(application: Application, session: Session, decided: Everybody) -> Audiences:
    """Every answer of the last calculation beside the decision about the same household."""
    counts = await usecases.segment_counts(session, trend=2)
    overlap = await usecases.segment_overlap(session, [])
    held = await told_set_wise(application, session)
    answers = set(_answers(decided))
    different = sorted(answers ^ set(_answers(held)))
    shown = [Disagreement(*each, one_by_one=each in answers) for each in different[:_SHOWN]]
    trend = next(iter(counts.trends.values()), ())
    return Audiences(
        counts.audience.version, counts.audience.as_of, trend[0].as_of if len(trend) > 1 else None,
        list(_segments(counts, overlap, decided)), len(decided.keys() | held.keys()) * (len(counts.counts) + 1),
        len(different), shown,
    )  # fmt: skip


def _answers(everybody: Everybody) -> Iterator[tuple[SubjectId, SegmentId, bool]]:
    """Every segment that holds a household, and its first match."""
    for subject_id, told in everybody.items():
        yield subject_id, told.first or DEFAULT_SEGMENT, True
        yield from ((subject_id, segment_id, False) for segment_id in told.segments)


def _segments(counts: SegmentCounts, overlap: SegmentOverlap, decided: Everybody) -> Iterator[SegmentCompared]:
    members = Counter(segment_id for told in decided.values() for segment_id in told.segments)
    jaccard = overlap.tally.jaccard().tolist()
    for at, each in enumerate(counts.counts):
        trend = counts.trends.get(each.segment_id, ())
        others = [(share, counts.counts[other].segment_id) for other, share in enumerate(jaccard[at]) if other != at]
        share, nearest = max((pair for pair in others if pair[0] > 0), default=(None, None))
        yield SegmentCompared(
            each.segment_id, members[each.segment_id], each.members,
            each.members / each.subjects if each.subjects else None,
            trend[-2].members if len(trend) > 1 else None, nearest, share,
        )  # fmt: skip
