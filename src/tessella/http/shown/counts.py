"""What calculations of audiences counted, cut to what a role is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Role
from tessella.domain.notices.notice import MEMBERSHIP_EVENTS
from tessella.domain.privacy.disclosure import disclosed
from tessella.http.schemas.audiences import (
    CalculationShown,
    Count,
    MembershipChangeShown,
    OverlapShown,
    SegmentCountShown,
    SegmentCountsShown,
    StalenessShown,
    TrendPoint,
)
from tessella.http.shown.times import time_text
from tessella.ports.audiences import MembershipChange, SegmentCount, StoredCalculation
from tessella.usecases.audiences.counts import SegmentCounts, SegmentOverlap, Staleness


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts as one role sees them: below `threshold` only administrators do."""

    role: Role
    threshold: int

    def count(self, count: int) -> Count:
        """One number of subjects."""
        return disclosed(count, self.role, self.threshold)

    def share(self, count: int, subjects: int) -> float | None:
        """The share of all, of the counts that are shown."""
        return share_of(self.count(count), self.count(subjects))

    def calculation(self, stored: StoredCalculation) -> CalculationShown:
        """One calculation."""
        subjects = None if stored.subjects is None else self.count(stored.subjects)
        return CalculationShown(
            stored.version, stored.state, iso(stored.as_of), iso(stored.begun_at), time_text(stored.ended_at),
            stored.kind, stored.snapshot_version, subjects, stored.bytes, stored.problem,
        )  # fmt: skip

    def counts(self, found: SegmentCounts) -> SegmentCountsShown:
        """All segments of a calculation."""
        audience = found.audience
        segments = [self._segment(found, at, each) for at, each in enumerate(found.counts)]
        request_time = {str(each): list(features) for each, features in audience.uncounted.items()}
        return SegmentCountsShown(
            audience.version, iso(audience.as_of), audience.snapshot_version, self.count(audience.rows),
            self.count(found.in_none), segments, request_time, staleness_shown(found.stale),
        )  # fmt: skip

    def overlap(self, found: SegmentOverlap) -> OverlapShown:
        """The matrices of some segments."""
        audience, both, places = found.audience, found.tally.both.tolist(), found.positions
        shown = [[self.count(both[row][column]) for column in places] for row in places]
        shares = [[_jaccard(shown, row, column) for column, _ in enumerate(places)] for row, _ in enumerate(places)]
        ids = [audience.segments[at].segment_id for at in places]
        return OverlapShown(audience.version, iso(audience.as_of), self.count(audience.rows), ids, shown, shares)

    def _segment(self, found: SegmentCounts, at: int, each: SegmentCount) -> SegmentCountShown:
        counted = found.audience.segments[at]
        return SegmentCountShown(
            each.segment_id, at < found.audience.tried, self.count(each.members),
            self.share(each.members, each.subjects), self.count(each.first_matches), counted.place, counted.reason,
            self._trend(found.trends.get(each.segment_id, ())),
        )  # fmt: skip

    def _trend(self, counts: Sequence[SegmentCount]) -> list[TrendPoint]:
        return [
            TrendPoint(each.version, iso(each.as_of), self.count(each.members), self.share(each.members, each.subjects))
            for each in counts
        ]


#: As administrators see them.
EVERYTHING: Final = Shown(Role.ADMIN, 0)


def share_of(count: Count, subjects: Count) -> float | None:
    """The share of a count in another, as both are shown; None where one is not, or there is nobody."""
    return count / subjects if isinstance(count, int) and isinstance(subjects, int) and subjects else None


def _jaccard(both: Sequence[Sequence[Count]], row: int, column: int) -> float | None:
    """The subjects in both of two segments, as a share of those in either; of counts as they are shown."""
    one, other, common = both[row][row], both[column][column], both[row][column]
    if isinstance(one, int) and isinstance(other, int) and isinstance(common, int):
        return share_of(common, one + other - common)
    return None


def staleness_shown(stale: Staleness | None) -> StalenessShown | None:
    """Since when and why."""
    return None if stale is None else StalenessShown(iso(stale.since), stale.problem)


def change_shown(change: MembershipChange) -> MembershipChangeShown:
    """Who has entered or left."""
    event = MEMBERSHIP_EVENTS[change.entered]
    return MembershipChangeShown(change.subject_id, event, change.cause, change.version, iso(change.as_of))
