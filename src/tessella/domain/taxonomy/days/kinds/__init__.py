"""The ways to measure a player's day, one line each: feature kinds over the events of the day, and kinds of days."""

from typing import Final

from tessella.domain.features.kinds.count import Count
from tessella.domain.features.kinds.distinct_count import DistinctCount
from tessella.domain.features.kinds.mean import Mean
from tessella.domain.features.kinds.rate import Rate
from tessella.domain.features.kinds.sum_ import Sum
from tessella.domain.taxonomy.days.kinds.gap import Gap
from tessella.domain.taxonomy.days.kinds.hour import Hour
from tessella.domain.taxonomy.days.kinds.kind import DayKind, DayKindParser
from tessella.domain.taxonomy.days.kinds.of_feature import OfFeatureParser

DAY_KINDS: Final[dict[str, DayKindParser]] = {
    "count": OfFeatureParser(Count),
    "sum": OfFeatureParser(Sum),
    "mean": OfFeatureParser(Mean),
    "rate": OfFeatureParser(Rate),
    "distinct_count": OfFeatureParser(DistinctCount),
    "hour": Hour,
    "gap": Gap,
}

__all__ = ["DAY_KINDS", "DayKind", "Gap"]
