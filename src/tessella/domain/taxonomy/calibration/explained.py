"""How much of the difference between players segments account for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Labels


def share_between(coordinates: Array, labels: Labels) -> float:
    """The share of the variance of coordinates, (players, d), that lies between segments: 0 to 1.

    1 - sum of squares about the own segment's mean / sum of squares about everybody's, over all d. One segment
    accounts for nothing, 0. Source: requirement C, "Variance explained calculation".

    >>> share_between(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1]))
    0.9615384615384616
    """
    total = _squares(coordinates)
    within = sum(_squares(coordinates[labels == each]) for each in np.unique(labels))
    return max(0.0, 1 - within / total) if total > 0 else 0.0


def overall(explained: Sequence[float], coordinates: Sequence[Array]) -> float:
    """Of all axes: the variance between segments by all variance; axes weigh by how much players differ on them.

    An axis without groups counts, with nothing explained. 0 where nobody differs.
    """
    totals = [_squares(each) for each in coordinates]
    between = sum(share * total for share, total in zip(explained, totals, strict=True))
    return float(between / sum(totals)) if sum(totals) > 0 else 0.0


def _squares(coordinates: Array) -> float:
    return float(((coordinates - coordinates.mean(axis=0)) ** 2).sum())
