"""The segments of everybody, from the cut of those players that were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.count import chosen_of
from tessella.domain.taxonomy.calibration.cut import Labels, Points, cut_of, points_of, settled
from tessella.domain.taxonomy.calibration.earlier import agrees
from tessella.domain.taxonomy.taxonomy import SegmentCount

#: So many players say how many segments there are.
_LOOKED_AT: Final = 4_000
#: Players further out than so many standard deviations of an axis's coordinates are cut as if they stood there.
_FARTHEST: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Who belongs together on one axis."""

    #: (players,): 0 to `count.chosen` - 1.
    labels: Labels
    count: SegmentCount


def fitted(coordinates: Array, earlier: Labels | None, seed: int) -> Fit:
    """The segments of players at (players, d).

    Their number, and where they lie, comes from at most 4,000 players; then everybody is put to the nearest, and
    centers settle. Where `earlier`, the segments before of the same players, are as many, they settle from those too,
    and these are taken if both agree: so that segments do not wander from one calibration to the next by chance.
    """
    held = _held(coordinates)
    order = np.random.default_rng(seed).permutation(len(held))[:_LOOKED_AT]
    chosen = chosen_of(held[order], seed)
    if chosen.cut is None:
        return Fit(np.zeros(len(held), np.int64), chosen.count)
    points = points_of(held)
    looked_at = np.full(len(held), -1)
    looked_at[order] = chosen.cut.labels
    fresh = _settled_from(points, looked_at)
    if earlier is None or len(np.unique(earlier)) != chosen.count.chosen:
        return Fit(fresh, chosen.count)
    warm = _settled_from(points, np.unique(earlier, return_inverse=True)[1])
    return Fit(warm if agrees(fresh, warm) else fresh, chosen.count)


def _held(coordinates: Array) -> Array:
    middle, spread = coordinates.mean(axis=0), coordinates.std(axis=0)
    return np.clip(coordinates, middle - _FARTHEST * spread, middle + _FARTHEST * spread)


def _settled_from(points: Points, labels: Labels) -> Labels:
    start = cut_of(points, labels)
    return settled(points, start.centers, start.within).labels
