"""Intervals for what is counted: how far the truth may lie from a share that was seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

#: The confidence where nothing else is said.
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything from `low` to `high`, both included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value lies in it."""
        return self.low <= value <= self.high


def quantile(confidence: float) -> float:
    """How many standard errors lie on each side of an interval of this confidence, 0 < confidence < 1.

    >>> round(quantile(0.95), 3)
    1.96
    """
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """The interval for a share that was seen as `successes` of `trials`, 0 <= successes <= trials.

    (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n). It stays within 0 to 1 and covers well for small counts;
    of no trial nothing is known. Source: Wilson, JASA 22 (1927), 209-212.

    >>> [round(end, 3) for end in (wilson(0, 10).low, wilson(0, 10).high, wilson(5, 10).low, wilson(5, 10).high)]
    [0.0, 0.278, 0.237, 0.763]
    >>> wilson(0, 0)
    Interval(low=0.0, high=1.0)
    """
    if trials == 0:
        return Interval(0.0, 1.0)
    share, square = successes / trials, quantile(confidence) ** 2
    middle = share + square / (2 * trials)
    reach = sqrt(square * (share * (1 - share) / trials + square / (4 * trials**2)))
    scale = 1 + square / trials
    return Interval(max((middle - reach) / scale, 0.0), min((middle + reach) / scale, 1.0))
