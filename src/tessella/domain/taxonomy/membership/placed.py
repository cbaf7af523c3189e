"""Where many players stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Each player's best segment on each axis: (axes, players)."""

    #: The index of the segment of the greatest share among those of its axis.
    best: NDArray[np.int8]
    #: Mahalanobis, from its center.
    distance: Numbers
    #: exp(-d^2 / 2)
    strength: Numbers
    share: Numbers
    typicality: Numbers
    #: share * reliability of the axis.
    confidence: Numbers

    @classmethod
    def empty(cls, axes: int, players: int) -> Self:
        """Room for so many."""
        size = (axes, players)
        return cls(np.zeros(size, np.int8), *(np.empty(size, np.float32) for _ in range(5)))

    @property
    def mean_confidence(self) -> float:
        """Of the best of each axis, the mean of all players; NaN without any."""
        return float(self.confidence.mean(dtype=np.float64)) if self.confidence.size else float("nan")
