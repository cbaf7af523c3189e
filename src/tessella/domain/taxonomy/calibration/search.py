"""The best cut into each number of segments that is found from several starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Cut, Points, inverse, settled

#: More segments on one axis are not looked for.
MOST_SEGMENTS: Final = 8

#: Starts with one center more than the best cut before has, and starts with fresh centers.
_GROWN: Final = 3
_FRESH: Final = 2


def best_cuts(points: Points, most: int, luck: np.random.Generator) -> Sequence[Cut]:
    """Cuts into 1 to `most` segments, each the one of least log det of several starts.

    Two segments start from halves along each principal component, and from drawn centers. More than two start from
    centers that are drawn one after another, a point with a chance of its squared distance from the nearest center, in
    the lengths of the best cut before: with fewer segments the directions that part them are already short. Then each
    cut is tried from the one with a segment more, whose two nearest segments become one. Source: Arthur and
    Vassilvitskii, "k-means++" (SODA 2007).
    """
    cuts = [settled(points, points.values.mean(axis=0, keepdims=True))]
    for count in range(2, most + 1):
        starts = [*_drawn_starts(points, cuts[-1], luck), *(_halves(points) if count == 2 else ())]
        cuts.append(_best(settled(points, each, cuts[-1].within) for each in starts))
    for place in range(most - 2, 0, -1):
        more = cuts[place + 1]
        cuts[place] = _best((cuts[place], settled(points, _joined(more), more.within)))
    return cuts


def _best(cuts: Iterable[Cut]) -> Cut:
    return min(cuts, key=lambda each: each.log_det)


def _joined(cut: Cut) -> Array:
    """The centers with the mean of the nearest two in their place."""
    apart = np.array([_squares(cut.centers, center, inverse(cut.within)) for center in cut.centers])
    one, other = divmod(int((apart + np.where(np.eye(cut.count), np.inf, 0)).argmin()), cut.count)
    mean = np.average(cut.centers[[one, other]], axis=0, weights=np.maximum(cut.sizes[[one, other]], 1))
    return np.vstack([np.delete(cut.centers, [one, other], axis=0), mean])


def _halves(points: Points) -> Iterator[Array]:
    """Two centers along each column: columns are principal components."""
    for column in np.eye(points.values.shape[1]):
        yield np.stack([-column, column])


def _drawn_starts(points: Points, best: Cut, luck: np.random.Generator) -> Iterator[Array]:
    precision, count = inverse(best.within), best.count + 1
    for known in (*(best.centers for _ in range(_GROWN)), *(best.centers[:0] for _ in range(_FRESH))):
        yield _seeded(points.values, count, precision, known, luck)


def _seeded(values: Array, count: int, precision: Array, known: Array, luck: np.random.Generator) -> Array:
    """`count` centers, of which some may be known."""
    centers = known if len(known) else values[[luck.integers(len(values))]]
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
