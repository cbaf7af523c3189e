"""Whether fewer players stand between two segments than in them."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Cut, Points, inverse

#: From here on two segments run into one another.
SHALLOW: Final = 0.75
#: How wide the places are that are compared: this part of the way from center to center.
_WIDTH: Final = 0.25


def shallowest(points: Points, cut: Cut) -> float:
    """The shallowest valley between two segments: players halfway, by those at the center that has fewer; 0 is best.

    Players of both are looked at along Fisher's discriminant, W^-1 (c2 - c1), where one center is at 0 and the other
    at 1; places are a quarter wide. About 1 is a slope or a plain that was cut: an even spread, or the tail of a skewed
    one, which is far enough out to look like a group to the sum of squares.
    """
    precision = inverse(cut.within)
    return max(
        (_valley(points.values, cut, precision, *pair) for pair in combinations(range(cut.count), 2)), default=0.0
    )


def _valley(values: Array, cut: Cut, precision: Array, one: int, other: int) -> float:
    way = cut.centers[other] - cut.centers[one]
    along = precision @ way
    both = values[(cut.labels == one) | (cut.labels == other)]
    place = (both - cut.centers[one]) @ along / (way @ along)
    there = [int(np.count_nonzero(np.abs(place - at) <= _WIDTH / 2)) for at in (0.0, 0.5, 1.0)]
    return there[1] / max(min(there[0], there[2]), 1)
