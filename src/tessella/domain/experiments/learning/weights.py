"""Weights of variants, as integers that sum to 2^31: what is drawn against is what is logged, to the last bit."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.learning.cells import Grid

#: No variant's weight on the learning side is below this share, so that learning never ends.
FLOOR: Final = 0.005

_LEAST_UNIFORM: Final = 0.02
_FIRST_UNIFORM: Final = 0.10
_UNTIL: Final = 5_000
_DECAY: Final = 0.24


def uniform_share(units: int) -> float:
    """The share of units that any variant may get alike: the holdout. It shrinks as units come.

    max(0.02, 0.10 * max(1, n / 5,000)^-0.24). It has to shrink slower than n^-1/4 for contrasts to stay valid at any
    time. Source: Liang and Bojinov, "An Experimental Design for Anytime-Valid Causal Inference on Multi-Armed Bandits"
    (arXiv 2311.05794).

    >>> uniform_share(0), round(uniform_share(80_000), 4), uniform_share(10**9)
    (0.1, 0.0514, 0.02)
    """
    decayed: float = max(1.0, units / _UNTIL) ** -_DECAY
    return max(_LEAST_UNIFORM, _FIRST_UNIFORM * decayed)


def floored(best: Grid, floor: float = FLOOR) -> Grid:
    """Shares that are nowhere below a floor, and sum to what they summed to: (1 - K f) P + f for K variants."""
    kept: Grid = (1 - best.shape[-1] * floor) * best + floor
    return kept


def whole_numbers(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Shares of one segment that sum to 1, as integers that sum to `WHOLE`: the largest remainders are rounded up.

    >>> whole_numbers(np.array([1 / 3, 1 / 3, 1 / 3])).tolist()
    [715827883, 715827883, 715827882]
    """
    exact = shares / shares.sum() * WHOLE
    rounded: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = WHOLE - int(rounded.sum())
    rounded[np.argsort(rounded - exact, kind="stable")[:missing]] += 1
    return rounded
