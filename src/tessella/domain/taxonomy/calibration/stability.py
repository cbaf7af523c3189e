"""Whether two halves of the players give the same segments."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.taxonomy.calibration.cut import Cut, Points, assigned
from tessella.domain.taxonomy.calibration.search import best_cuts

#: The adjusted Rand index from which segments are held for real.
STABLE: Final = 0.8
#: Ways to halve, whose mean is told.
_HALVINGS: Final = 2


def stability_of(points: Points, count: int, luck: np.random.Generator) -> float:
    """The adjusted Rand index between the segments of two halves of the players, where each assigns everybody.

    1 where both say the same, 0 where no more than by chance. Source: Hubert and Arabie, "Comparing partitions" (1985);
    Ben-Hur, Elisseeff and Guyon, "A stability based method for discovering structure in clustered data" (2002).
    """
    from sklearn.metrics import adjusted_rand_score

    found = []
    for _ in range(_HALVINGS):
        order = luck.permutation(len(points.values))
        halves = (order[: len(order) // 2], order[len(order) // 2 :])
        first, second = (assigned(points, _cut(Points(points.values[half]), count, luck)) for half in halves)
        found.append(float(adjusted_rand_score(first, second)))
    return float(np.mean(found))


def _cut(points: Points, count: int, luck: np.random.Generator) -> Cut:
    return best_cuts(points, count + 1, luck)[count - 1]
