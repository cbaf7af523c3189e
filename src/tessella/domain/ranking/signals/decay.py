"""How much an event still counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant


def decayed(
    weights: NDArray[np.float32], times: NDArray[np.int64], now: Instant, half_life_days: float
) -> NDArray[np.float64]:
    """Weight * 2 ** (-age / half-life); an event of the future counts as one of now.

    >>> decayed(np.ones(2, np.float32), np.array([0, DAY_US]), Instant(DAY_US), half_life_days=1.0).tolist()
    [0.5, 1.0]
    """
    ages = np.minimum(times - now, 0) / (half_life_days * DAY_US)
    return np.exp2(ages, dtype=np.float64) * weights
