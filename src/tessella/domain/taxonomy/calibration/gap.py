"""How far players cut better into k segments than players without any groups would."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Cut, points_of
from tessella.domain.taxonomy.calibration.search import best_cuts

#: Draws of players without groups, and the most players of each: with more it hardly changes.
_DRAWS: Final = 10
_MOST_PLAYERS: Final = 1_000
#: A segment holds at least so many players, and this share of them: fewer are outliers.
_LEAST_PLAYERS: Final = 10
_LEAST_SHARE: Final = 0.01


def gaps_of(cuts: Sequence[Cut], width: int) -> Array:
    """Of each cut: (cuts,) of log det W without groups - log det W, both against one segment; -inf for outliers.

    Without groups means even: players spread evenly over a box. Of all distributions without groups it can be cut
    best, along one side into k slices, which leaves 1/k^2 of the variance: -2 ln k, less where players are few. W does
    not depend on the sides, so the box may be a cube. Source: Tibshirani, Walther and Hastie, "Estimating the number
    of clusters in a data set via the gap statistic", JRSS B 63 (2001), with log det W for their log W.
    """
    players = len(cuts[0].labels)
    expected = without_groups(_rounded(players), width, len(cuts))
    least = max(_LEAST_PLAYERS, _LEAST_SHARE * players)
    seen = np.array([each.log_det - cuts[0].log_det for each in cuts])
    is_fit = np.array([each.count == 1 or each.sizes.min() >= least for each in cuts])
    return np.where(is_fit, expected - seen, -np.inf)


@lru_cache(maxsize=64)
def without_groups(players: int, width: int, most: int) -> Array:
    """The mean log det of cuts of players evenly spread in a cube into 1 to `most` segments, against one: (most,)."""
    luck = np.random.default_rng((players, width))
    cubes = (points_of(luck.random((players, width))) for _ in range(_DRAWS))
    means = np.mean([[each.log_det for each in best_cuts(cube, most, luck)] for cube in cubes], axis=0)
    return np.asarray(means - means[0])


def _rounded(players: int) -> int:
    """Up to two digits, so that nearly as many players are drawn once."""
    step = int(10 ** max(len(str(players)) - 2, 0))
    return min(-(-players // step) * step, _MOST_PLAYERS)
