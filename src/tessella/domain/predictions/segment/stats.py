"""What predictions say of a segment: sums over its members, so that those of parts can be added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from tessella.domain.predictions.thresholds import Risk, Thresholds

#: So many names are told before the whole distribution.
TOP: Final = 5


class ChurnStats(msgspec.Struct, frozen=True, tag="churn"):
    """How many members are at each risk.

    >>> stats = ChurnStats(high=1, low=3, probability_sum=1.6) + ChurnStats(medium=1, probability_sum=0.4)
    >>> stats.count, stats.avg_probability
    (5, 0.4)
    """

    high: int = 0
    medium: int = 0
    low: int = 0
    #: The probabilities of all together.
    probability_sum: float = 0.0
    #: How many of them are none of those whom the model learned from, as far as that is known.
    outside: int = 0

    def __add__(self, other: ChurnStats) -> ChurnStats:
        return ChurnStats(
            self.high + other.high, self.medium + other.medium, self.low + other.low,
            self.probability_sum + other.probability_sum, self.outside + other.outside,
        )  # fmt: skip

    @property
    def count(self) -> int:
        """How many there are."""
        return self.high + self.medium + self.low

    @property
    def avg_probability(self) -> float | None:
        """The mean probability, 0 to 1; None of nobody."""
        return self.probability_sum / self.count if self.count else None

    def of(self, risk: Risk) -> int:
        """How many are at a risk."""
        return int(getattr(self, risk))


class Distribution(msgspec.Struct, frozen=True, tag="distribution"):
    """How many members have each name: that of the best offer for them, or of their cell of RFM.

    >>> (Distribution({"a": 2}) + Distribution({"b": 3, "a": 1, "c": 1})).top(2)
    [('a', 3), ('b', 3)]
    """

    counts: Mapping[str, int] = {}

    def __add__(self, other: Distribution) -> Distribution:
        return Distribution(Counter(self.counts) + Counter(other.counts))

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def top(self, most: int = TOP) -> list[tuple[str, int]]:
        """The most frequent names, ties by name."""
        return sorted(self.counts.items(), key=lambda each: (-each[1], each[0]))[:most]


Stats = ChurnStats | Distribution


def added(one: Stats, other: Stats) -> Stats:
    """The stats of two parts of the same members. Raises `TypeError` for those of different predictions."""
    if isinstance(one, ChurnStats) and isinstance(other, ChurnStats):
        return one + other
    if isinstance(one, Distribution) and isinstance(other, Distribution):
        return one + other
    raise TypeError(f"{type(one).__name__} and {type(other).__name__} cannot be added")


def churn_stats(probabilities: Iterable[float], thresholds: Thresholds, outside: int = 0) -> ChurnStats:
    """The risks of some members, so many of whom are none of those whom the model learned from.

    >>> churn_stats([0.7, 0.5, 0.3], Thresholds())
    ChurnStats(high=1, medium=1, low=1, probability_sum=1.5, outside=0)
    """
    known = list(probabilities)
    risks = Counter(map(thresholds.risk, known))
    return ChurnStats(risks[Risk.HIGH], risks[Risk.MEDIUM], risks[Risk.LOW], sum(known), outside)


def distribution(names: Iterable[str]) -> Distribution:
    """How many times each name is there."""
    return Distribution(Counter(names))
