"""What was to be expected of each variant in each level, by what units of earlier versions have brought.

A score's expectation may be anything that was fixed before the unit's variant was drawn. What units of earlier policy
versions brought is: the draws of a version depend on nothing that came after them. So a dimension that no policy was
published for can be judged as one that was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from tessella.domain.experiments.eligibility.levels import Levels
from tessella.domain.experiments.learning.cells import Cells, Grid
from tessella.domain.experiments.learning.posteriors.hierarchical import believed_under
from tessella.domain.experiments.learning.prior import Spread
from tessella.domain.experiments.setup.metric import Reward

#: It is learned anew when there are so many times as many units: some twenty-five times until there are a million.
_GROWTH: Final = 1.5
#: A middling one: it is only to be near, and fixed beforehand.
_SPREAD: Final = Spread(main=0.3, interaction=0.2)
#: How far a share is kept from 0 and 1, where its logit would be infinite.
_EDGE: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """For each row of counts: what is expected of each variant. All have the shape (rows, variants)."""

    #: In the row's own level, and over all levels.
    here: Grid
    overall: Grid
    #: Shape (rows,): whether there was anything to expect it by.
    is_known: NDArray[np.bool_]


def foreseen(levels: Levels, reward: Reward) -> Foreseen:
    """Expectations for every row, each from rows of earlier versions."""
    told = levels.counted
    here, overall = np.zeros((2, len(told.version), levels.variants))
    is_known = np.zeros(len(told.version), dtype=bool)
    for version, by_level, of_all in _by_version(levels, reward):
        rows = told.version == version
        here[rows], overall[rows], is_known[rows] = by_level[told.level[rows]], of_all, True
    return Foreseen(here, overall, is_known)


def _by_version(levels: Levels, reward: Reward) -> Iterator[tuple[int, Grid, Grid]]:
    """Each version that has earlier ones, what is expected under it by level, and over all levels."""
    by_level, of_all, units = None, None, 0.0
    for version in np.unique(levels.counted.version).tolist():
        known = levels.before(version)
        if known.units > units * _GROWTH:
            cells, units = known.cells(), known.units
            by_level = expectations(cells, reward)
            of_all = cells.shares() @ by_level
        if by_level is not None and of_all is not None:
            yield version, by_level, of_all


def expectations(cells: Cells, reward: Reward) -> Grid:
    """What a unit is expected to bring, by level and variant."""
    middle = centre(cells, reward)
    believed = believed_under(_SPREAD, cells, reward, middle)
    values = (middle + believed.deviations).reshape(cells.segments, cells.variants)
    return expit(values) if reward is Reward.BINARY else values


def centre(cells: Cells, reward: Reward) -> float:
    """What a unit brings over all levels and variants: a logit for a binary reward."""
    mean = cells.total.sum() / max(cells.units.sum(), 1.0)
    return float(logit(np.clip(mean, _EDGE, 1 - _EDGE)) if reward is Reward.BINARY else mean)
