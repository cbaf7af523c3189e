"""How usual a distance is within a segment."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array

#: Steps of a table, and how many of them make up a distance of 1.
STEPS: Final = 2048
STEPS_A_UNIT: Final = 128


def typicality(distance: float, quantiles: Sequence[float], players: int) -> float:
    """The share of a segment's own players who are at least as far from its center, over 0 to 1.

    (1 + n (1 - F(d))) / (n + 1), the conformal p-value of a player among `players` = n others, where F is linear
    between `quantiles`, their distances at evenly spaced shares from 0 to 1, ascending. exp(-d^2 / 2) shrinks as an
    axis has more dimensions; this does not. Of a segment without players it is 1.

    Source: Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005, section 2.2.

    >>> [typicality(each, [0.0, 1.0, 2.0], players=99) for each in (0.0, 1.5, 9.0)]
    [1.0, 0.2575, 0.01]
    """
    return (1.0 + players * (1.0 - _below(distance, quantiles))) / (players + 1.0)


def typicality_table(quantiles: Array, players: int) -> NDArray[np.float32]:
    """The same for the middles of `STEPS` steps of distance: within .005 where no step holds more than 1 %."""
    middles = (np.arange(STEPS) + 0.5) / STEPS_A_UNIT
    told = quantiles.tolist()
    below = np.interp(middles, quantiles, np.linspace(0, 1, len(told)), left=0, right=1) if told else np.zeros(STEPS)
    return ((1 + players * (1 - below)) / (players + 1)).astype(np.float32)


def _below(distance: float, quantiles: Sequence[float]) -> float:
    """The share of players who are nearer."""
    at = bisect_left(quantiles, distance)
    if at == 0 or at == len(quantiles):
        return 1.0 if at else 0.0
    low, high = quantiles[at - 1], quantiles[at]
    return (at - 1 + (distance - low) / (high - low)) / (len(quantiles) - 1)
