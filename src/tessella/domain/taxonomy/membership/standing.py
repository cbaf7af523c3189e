"""Where one player stands: positions on metrics, and distances to all segments."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np

from tessella.domain.errors.membership import MetricsChanged
from tessella.domain.taxonomy.baselines import Array, Baseline
from tessella.domain.taxonomy.membership.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """One player in a space."""

    #: (metrics,) standardised; NaN where nothing is known.
    position: Array
    #: The same with 0, the population's mean, where nothing is known.
    filled: Array
    #: (metrics,): how many days say something.
    days: Array

    @property
    def most_days(self) -> int:
        """Of the metric that is known best."""
        return int(np.maximum.reduce(self.days, initial=0.0))

    @property
    def is_whole(self) -> bool:
        """Whether every metric is known."""
        return self.position is self.filled


def standing_of(space: Space, baseline: Baseline) -> Standing:
    """The player's mean of each metric over all contexts, (mean - location) / deviation.

    A metric of no day, or one whose sum is not finite, is unknown. Raises `MetricsChanged` where the baseline is of
    another number of metrics.
    """
    standard = space.standard
    if baseline.counts.shape[-1] != len(standard.metrics):
        raise MetricsChanged(str(baseline.player_id), baseline.counts.shape[-1], len(standard.metrics))
    days = np.add.reduce(baseline.counts)
    mean = np.add.reduce(baseline.sums) / np.maximum(days, 1.0)
    position = (mean - standard.location) / standard.deviation
    if np.minimum.reduce(days, initial=1.0) > 0 and isfinite(np.add.reduce(position)):
        return Standing(position, position, days)
    known = (days > 0) & np.isfinite(position)
    return Standing(np.where(known, position, np.nan), np.where(known, position, 0.0), np.where(known, days, 0.0))


def squared_distances(space: Space, filled: Array) -> Array:
    """(segments,): Mahalanobis, (x - center)' covariance^-1 (x - center) for the coordinates x of a position."""
    white = space.whitening @ filled - space.offset
    squared: Array = np.add.reduce(white * white)
    return squared


def reliability(days: Array, weights: Array) -> Array:
    """How far known days tell a position on each axis, 0 to 1: sum over metrics of weight * days / (days + 1).

    n / (n + 1) is the reliability of a mean of n days where a player's days differ as much as players do (Spearman and
    Brown). `days` is (..., metrics), `weights` (metrics, axes); the result is (..., axes).

    >>> reliability(np.array([3.0, 0.0]), np.array([[0.5], [0.5]])).tolist()
    [0.375]
    """
    told: Array = (days / (days + 1.0)) @ weights
    return told
