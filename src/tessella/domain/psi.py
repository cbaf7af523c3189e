"""The population stability index: how far the shares of bins are from what they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

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

    Both have the same bins. A share of 0 counts as half a row, and a bin that nobody is in adds nothing. Source:
    Siddiqi, "Credit Risk Scorecards" (2006); it is the symmetric divergence of Jeffreys (1946).

    >>> round(psi(Counted((0.5, 0.5), 1000), Counted((0.6, 0.4), 1000)), 4)
    0.0405
    >>> psi(Counted((0.5, 0.5, 0.0), 1000), Counted((0.5, 0.5, 0.0), 10))
    0.0
    """
    used = _used(expected, actual)
    before, now = _above_zero(expected)[used], _above_zero(actual)[used]
    return float(((now - before) * np.log(now / before)).sum())


def psi_by_chance(expected: Counted, actual: Counted) -> float:
    """The PSI that two samples of one population stay below, with a confidence of 95 %.

    PSI is then about (1 / rows + 1 / rows) times a chi-square of as many degrees as there are bins in use, less one;
    its quantile is Wilson and Hilferty's. So a small sample needs a large PSI to say anything. Source: Yurdakul,
    "Statistical properties of population stability index" (2018).

    >>> round(psi_by_chance(Counted((0.5, 0.5), 1000), Counted((0.6, 0.4), 100)), 3)
    0.041
    """
    degrees = int(np.count_nonzero(_used(expected, actual))) - 1
    return _chi_square(degrees) * (1 / expected.rows + 1 / actual.rows) if degrees else 0.0


def _used(expected: Counted, actual: Counted) -> NDArray[np.bool_]:
    return np.maximum(expected.shares, actual.shares) > 0


def _above_zero(counted: Counted) -> NDArray[np.float64]:
    return np.maximum(np.asarray(counted.shares, np.float64), _OF_A_ROW / counted.rows)


def _chi_square(degrees: int) -> float:
    """Its quantile of 95 %, within a few per cent."""
    spread = 2 / (9 * degrees)
    return float(degrees * (1 - spread + NormalDist().inv_cdf(CONFIDENCE) * sqrt(spread)) ** 3)
