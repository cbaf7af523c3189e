"""The population stability index: how far the shares of bins are from those of the training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from tessella.domain.intervals import CONFIDENCE

#: An empty bin counts as if so much of a row were in it; a logarithm of 0 is not to be had.
_OF_A_ROW: Final = 0.5


@dataclass(frozen=True, slots=True)
class Counted:
    """The shares of bins, which sum to 1, and of how many rows they are, 1 or more."""

    shares: Sequence[float]
    rows: int


def psi(expected: Counted, actual: Counted) -> float:
    """The sum over bins of (actual - expected) ln(actual / expected): 0 for the same shares, without an upper bound.

    Both have the same bins. A share of 0 counts as half a row. Source: Siddiqi, "Credit Risk Scorecards" (2006); it is
    the symmetric divergence of Jeffreys (1946).

    >>> round(psi(Counted((0.5, 0.5), 1000), Counted((0.6, 0.4), 1000)), 4)
    0.0405
    >>> psi(Counted((0.5, 0.5), 1000), Counted((0.5, 0.5), 10))
    0.0
    """
    before, now = _above_zero(expected), _above_zero(actual)
    return float(((now - before) * np.log(now / before)).sum())


def psi_by_chance(expected: Counted, actual: Counted, confidence: float = CONFIDENCE) -> float:
    """The PSI that two samples of one population stay below, with this confidence.

    PSI is then about (1 / rows + 1 / rows) times a chi-square of as many degrees as there are bins in use, less one;
    its quantile is Wilson and Hilferty's. So a small sample needs a large PSI to say anything. Source: Yurdakul,
    "Statistical properties of population stability index" (2018).

    >>> round(psi_by_chance(Counted((0.5, 0.5), 1000), Counted((0.6, 0.4), 100)), 3)
    0.041
    """
    used = sum(max(pair) > 0 for pair in zip(expected.shares, actual.shares, strict=True))
    if used < 2:
        return 0.0
    return _chi_square(used - 1, confidence) * (1 / expected.rows + 1 / actual.rows)


def _above_zero(counted: Counted) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.maximum(np.asarray(counted.shares, np.float64), _OF_A_ROW / counted.rows)


def _chi_square(degrees: int, confidence: float) -> float:
    """Its quantile, within a few per cent."""
    spread = 2 / (9 * degrees)
    return float(degrees * (1 - spread + NormalDist().inv_cdf(confidence) * sqrt(spread)) ** 3)
