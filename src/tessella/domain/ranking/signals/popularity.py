"""How much each item is bought, where the recent counts more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import Popularity
from tessella.domain.ranking.signals.interactions import Interactions

#: The most rows of `Popularity.top`.
TOP_ROWS: Final = 10_000
#: A weight stays below 2 to this power; a float64 ends at 2 to the power of 1,024.
_FURTHEST_HALF_LIVES: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class DecayedSums:
    """Forward-decayed sums of weights, an item each, that later events are added to without touching the earlier ones.

    An event at t adds weight * 2^((t - landmark) / half-life): what it adds does not depend on when it is read, so two
    portions of events give the same sums as one. Source: Cormode, Shkapenyuk, Srivastava, Xu, "Forward Decay" (2009).
    """

    half_life_days: float
    landmark: Instant
    #: Shape (items,).
    sums: NDArray[np.float64]

    @classmethod
    def none(cls, items: int, half_life_days: float, landmark: Instant) -> DecayedSums:
        """No events yet."""
        return cls(half_life_days, landmark, np.zeros(items))

    def plus(self, events: Interactions) -> DecayedSums:
        """The sums with more events."""
        if not len(events):
            return self
        base = self._near(Instant(int(events.times.max())))
        sums = base.sums.copy()
        np.add.at(sums, events.rows, events.weights * np.exp2(base._half_lives_to(events.times)))
        return DecayedSums(base.half_life_days, base.landmark, sums)

    def at(self, moment: Instant) -> NDArray[np.float64]:
        """What the events count for at a moment that is before none of them, nor before the landmark."""
        return self.sums * np.exp2(-self._half_lives_to(moment))

    def _half_lives_to(self, moments: NDArray[np.int64] | Instant) -> NDArray[np.float64]:
        return np.asarray(moments - self.landmark) / (self.half_life_days * DAY_US)

    def _near(self, newest: Instant) -> DecayedSums:
        """The same with a landmark from which the newest event's weight is finite."""
        if self._half_lives_to(newest) < _FURTHEST_HALF_LIVES:
            return self
        return DecayedSums(self.half_life_days, newest, self.at(newest))


def popularity(interactions: Interactions, items: int, half_life_days: float, as_of: Instant) -> Popularity:
    """The popularity of every item at `as_of`: the logarithm of its decayed weights.

    s_i = log1p(sum of w_e * 2^(-(as_of - t_e) / half-life)) over the events e of item i up to `as_of`, then s_i by the
    greatest s: 0 to 1. The logarithm keeps one best-seller from hiding the rest. Without any event all are 0.

    >>> from tessella.domain.ranking.signals.interactions import interactions_of
    >>> events = [np.array(each) for each in ([7, 7], [0, 1], [0, 86_400_000_000])]
    >>> both = interactions_of(*events, np.ones(2, np.float32), np.ones(2, bool))
    >>> popularity(both, 3, 1.0, Instant(86_400_000_000)).scores
    array([0.5849625, 1.       , 0.       ], dtype=float32)
    """
    nothing = DecayedSums.none(items, half_life_days, as_of)
    return popularity_of(nothing.plus(interactions.window(as_of)), as_of)


def popularity_of(sums: DecayedSums, as_of: Instant) -> Popularity:
    """The popularity that sums amount to at a moment."""
    scores = np.log1p(sums.at(as_of))
    scores = (scores / (scores.max(initial=0.0) or 1.0)).astype(np.float32)
    return Popularity(scores, np.argsort(-scores, kind="stable")[:TOP_ROWS].astype(np.int32))
