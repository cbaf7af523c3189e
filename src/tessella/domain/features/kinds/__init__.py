"""The ways to compute a stored fact from events: one file a kind, one line in the registry."""

from typing import Final

from tessella.domain.features.kinds.count import Count
from tessella.domain.features.kinds.days_since import DaysSince
from tessella.domain.features.kinds.distinct_count import DistinctCount
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.last_number import LastNumber
from tessella.domain.features.kinds.last_timestamp import LastTimestamp
from tessella.domain.features.kinds.mean import Mean
from tessella.domain.features.kinds.rate import Rate
from tessella.domain.features.kinds.ratio import Ratio
from tessella.domain.features.kinds.sum_ import Sum
from tessella.domain.features.kinds.top_hour import TopHour
from tessella.domain.features.kinds.top_value import TopValue

KINDS: Final[dict[str, type[FeatureKind]]] = {
    "count": Count,
    "sum": Sum,
    "mean": Mean,
    "last_timestamp": LastTimestamp,
    "days_since": DaysSince,
    "distinct_count": DistinctCount,
    "top_value": TopValue,
    "rate": Rate,
    "ratio": Ratio,
    "top_hour": TopHour,
    "last_number": LastNumber,
}
