"""The stats of many members at once, from arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.segment.stats import ChurnStats, Distribution
from tessella.domain.predictions.thresholds import Thresholds


def count_risks(probabilities: NDArray[np.float64], thresholds: Thresholds) -> ChurnStats:
    """The same as `stats.churn_stats`.

    >>> count_risks(np.array([0.75, 0.5, 0.25]), Thresholds())
    ChurnStats(high=1, medium=1, low=1, probability_sum=1.5, outside=0)
    """
    high = int(np.count_nonzero(probabilities >= thresholds.high))
    at_least_medium = int(np.count_nonzero(probabilities >= thresholds.medium))
    return ChurnStats(high, at_least_medium - high, len(probabilities) - at_least_medium, float(probabilities.sum()))


def count_names(places: NDArray[np.int64], names: Sequence[str]) -> Distribution:
    """How many times each name is there, by its place among `names`; -1 is none of them.

    >>> count_names(np.array([1, 1, -1, 0]), ["mail", "coupon", "call"]).counts
    {'mail': 1, 'coupon': 2}
    """
    counts = np.bincount(places[places >= 0], minlength=len(names)).tolist()
    return Distribution({name: count for name, count in zip(names, counts, strict=True) if count})
