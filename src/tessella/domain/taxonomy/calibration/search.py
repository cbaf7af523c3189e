"""The best cut into each number of segments that is found from several starts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Cut, Points, inverse, settled

#: More segments on one axis are not looked for.
MOST_SEGMENTS: Final = 8

#: Starts with one center more than the best cut before has, and starts with fresh centers.
_GROWN: Final = 3
_FRESH: Final = 2


def best_cuts(points: Points, most: int, luck: np.random.Generator) -> Iterator[Cut]:
    """Cuts into 1 to `most` segments, each the one of least log det of several starts.

    A start takes centers one after another, a point with a chance of its squared distance from the nearest center, in
    the lengths of the best cut before: with fewer segments the directions that part them are already short. Source:
    Arthur and Vassilvitskii, "k-means++" (SODA 2007).
    """
    best = settled(points, points.values.mean(axis=0, keepdims=True))
    yield best
    for count in range(2, most + 1):
        precision = inverse(best.within)
        grown = [_seeded(points.values, count, precision, best.centers, luck) for _ in range(_GROWN)]
        fresh = [_seeded(points.values, count, precision, None, luck) for _ in range(_FRESH)]
        cuts = [settled(points, centers, best.within) for centers in (*grown, *fresh)]
        best = min(cuts, key=lambda each: each.log_det)
        yield best


def _seeded(values: Array, count: int, precision: Array, known: Array | None, luck: np.random.Generator) -> Array:
    """`count` centers, of which some may be known."""
    centers = values[[luck.integers(len(values))]] if known is None else known
    nearest = np.min([_squares(values, center, precision) for center in centers], axis=0)
    while len(centers) < count:
        center = values[_drawn(nearest, luck)]
        centers = np.vstack([centers, center])
        nearest = np.minimum(nearest, _squares(values, center, precision))
    return centers


def _squares(values: Array, center: Array, precision: Array) -> Array:
    away = values - center
    squares: Array = ((away @ precision) * away).sum(axis=1)
    return squares


def _drawn(weights: Array, luck: np.random.Generator) -> int:
    total = np.cumsum(weights)
    return int(min(np.searchsorted(total, luck.random() * total[-1], side="right"), len(weights) - 1))
