"""What predictions for a segment come to, cut to what a role is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Role
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.segment.stats import ChurnStats, Distribution, Stats
from tessella.domain.predictions.segment.told import NOBODY, SegmentStats
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Risk
from tessella.domain.privacy.disclosure import disclosed
from tessella.http.schemas.audiences import Count
from tessella.http.schemas.segment_predictions import (
    AggregatedStats,
    CellStatsShown,
    ChurnShares,
    ChurnStatsShown,
    LoyaltySegmentShown,
    OfferStatsShown,
    SegmentNumber,
    SegmentStatsByType,
    SegmentStatsDay,
    SegmentStatsShown,
)
from tessella.http.shown.counts import share_of
from tessella.http.shown.predictions import thresholds_shown
from tessella.usecases.predictions.loyalty_segments import LoyaltySegment
from tessella.usecases.predictions.segment_stats import SegmentStatsTold

#: Beyond it a number is not the same in every client.
_MOST_NUMBER: Final = 2**53 - 1
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class StatsViewer:
    """Who looks on: below `threshold` only administrators see a count."""

    role: Role
    threshold: int

    def count(self, count: int) -> Count:
        """A number of members."""
        return disclosed(count, self.role, self.threshold)

    def segment(self, told: LoyaltySegment) -> LoyaltySegmentShown:
        """One segment."""
        members = None if told.members is None else self.count(told.members)
        return LoyaltySegmentShown(segment_number(told.segment_id), told.name, members)

    def stats(self, told: SegmentStatsTold) -> SegmentStatsShown:
        """The stats of a segment."""
        return SegmentStatsShown(
            segment_id=segment_number(told.segment.segment_id), segment_name=told.segment.name,
            member_count=self.count(told.members), sampled_count=self.count(told.sampled),
            stats=self.by_type(told.stats),
            thresholds=None if told.thresholds is None else thresholds_shown(told.thresholds),
            warning=self.warning(told.warning, told.population, told.stats[PredictionType.CHURN]),
            as_of=iso(told.segment.audience.as_of),
        )  # fmt: skip

    def day(self, kept: SegmentStats) -> SegmentStatsDay:
        """Those of a day."""
        by_type = self.by_type({**NOBODY, **kept.stats})
        members = self.count(kept.members)
        return SegmentStatsDay(iso(kept.made_at), iso(kept.as_of), members, by_type, kept.model_versions)

    def by_type(self, stats: Mapping[PredictionType, Stats]) -> SegmentStatsByType:
        """Those of all types."""
        churn, nbo, rfm = (stats[each] for each in (PredictionType.CHURN, PredictionType.NBO, PredictionType.RFM))
        assert isinstance(churn, ChurnStats), "it is told as risks"
        assert isinstance(nbo, Distribution), "it is told as names"
        assert isinstance(rfm, Distribution), "likewise"
        return SegmentStatsByType(self._shares(churn), self._offers(nbo), self._cells(rfm))

    def warning(self, told: str | None, population: Population | None, stats: Stats) -> str | None:
        """What to know of them, with how many are none of those whom the model learned from, where that is shown."""
        if population is None or not isinstance(stats, ChurnStats) or not stats.outside:
            return told
        outside, count = self.count(stats.outside), self.count(stats.count)
        if not isinstance(outside, int) or not isinstance(count, int):
            return told
        return " ".join(filter(None, (told, population.of_many(outside, count))))

    def aggregated(self, asked: PredictionType, stats: Stats) -> AggregatedStats:
        """Those of one type."""
        match stats:
            case ChurnStats():
                risks = {each.value: self.count(stats.of(each)) for each in Risk}
                return AggregatedStats(churn=ChurnStatsShown(**risks, avg_probability=self._average(stats)))
            case Distribution():
                is_nbo = asked is PredictionType.NBO
                return AggregatedStats(nbo=self._offers(stats)) if is_nbo else AggregatedStats(rfm=self._cells(stats))

    def _shares(self, stats: ChurnStats) -> ChurnShares:
        total, average = self.count(stats.count), self._average(stats)
        risks: dict[str, Any] = {each.value: self.count(stats.of(each)) for each in Risk}
        shares: dict[str, Any] = {
            f"{name}_percentage": _percent(share_of(count, total)) for name, count in risks.items()
        }
        return ChurnShares(count=total, avg_probability=average, **risks, **shares)

    def _average(self, stats: ChurnStats) -> float | None:
        is_shown = isinstance(self.count(stats.count), int)
        return _rounded(stats.avg_probability) if is_shown else None

    def _offers(self, stats: Distribution) -> OfferStatsShown:
        return OfferStatsShown(self._top(stats), self._counts(stats))

    def _cells(self, stats: Distribution) -> CellStatsShown:
        return CellStatsShown(self._counts(stats), self._top(stats))

    def _counts(self, stats: Distribution) -> dict[str, Count]:
        return {name: self.count(count) for name, count in sorted(stats.counts.items())}

    def _top(self, stats: Distribution) -> list[tuple[str, Count]]:
        return [(name, self.count(count)) for name, count in stats.top()]


def segment_number(segment_id: str) -> SegmentNumber:
    """An id of digits as the number that it writes.

    >>> segment_number("12"), segment_number("007"), segment_number("vip")
    (12, '007', 'vip')
    """
    if not (segment_id.isascii() and segment_id.isdecimal()):
        return segment_id
    number = int(segment_id)
    return number if str(number) == segment_id and number <= _MOST_NUMBER else segment_id


def _percent(share: float | None) -> float | None:
    return None if share is None else _rounded(100 * share)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, _DIGITS)
