"""Where players are: on metrics, and on axes."""

from __future__ import annotations

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.taxonomy import Standard


def means_of(baselines: Baselines) -> Array:
    """Each player's mean of each metric over all days, whatever their context: (players, metrics).

    Sums over contexts of sums, by those of counts; NaN where no day says anything, or what is stored is no number.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        means = baselines.sums.sum(axis=1) / baselines.counts.sum(axis=1)
    return np.where(np.isfinite(means), means, np.nan)


def positions_of(standard: Standard, baselines: Baselines) -> Array:
    """Where players are: (players, metrics) of `(mean - location) / deviation`; NaN where a metric is unknown."""
    positions: Array = (means_of(baselines) - standard.location) / standard.deviation
    return positions


def coordinates(projection: Array, positions: Array) -> Array:
    """Where players are on an axis: (players, d). An unknown metric counts as the population's mean, 0.

    >>> coordinates(np.array([[1.0], [0.0]]), np.array([[2.0, 5.0], [np.nan, 1.0]])).tolist()
    [[2.0], [0.0]]
    """
    placed: Array = np.nan_to_num(positions, nan=0.0) @ projection
    return placed
