"""How sure a mean over subjects is, and a difference of two: intervals of 95 %."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from tessella.domain.intervals import CONFIDENCE, quantile
from tessella.domain.ranking.evaluation.accuracy import Values

RESAMPLES: Final = 2_000
_LEVELS: Final = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
#: How many numbers of a resample's weights are held at once.
_BLOCK: Final = 2_000_000


class Estimate(msgspec.Struct, frozen=True):
    """A value with its interval."""

    value: float
    low: float
    high: float


def bootstrap(values: Values, seed: int = 0) -> list[Estimate]:
    """The mean of each column of shape (subjects, columns), by the percentiles of 2,000 resamples of the subjects.

    All columns see the same resamples. To compare two rankings, pass their differences subject by subject: that is the
    paired bootstrap. Source: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993).

    >>> bootstrap(np.full((3, 1), 0.5))
    [Estimate(value=0.5, low=0.5, high=0.5)]
    """
    means = np.concatenate(list(_resampled(values, seed)))
    low, high = np.quantile(means, _LEVELS, axis=0)
    return [Estimate(*each) for each in zip(values.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True)]


def _resampled(values: Values, seed: int) -> Iterator[Values]:
    subjects, random = len(values), np.random.default_rng(seed)
    rows = max(1, _BLOCK // subjects)
    for begin in range(0, RESAMPLES, rows):
        times = random.multinomial(subjects, np.full(subjects, 1 / subjects), min(rows, RESAMPLES - begin))
        yield times @ values / subjects


def jackknife(value: float, left_out: Values) -> Estimate:
    """A value that is no mean over subjects, by its values with each subject left out in turn, shape (subjects,).

    For a count of distinct things: a resample repeats subjects and would see fewer. Source: Efron and Tibshirani
    (1993), chapter 11.
    """
    deviations = left_out - left_out.mean()
    error = float(np.sqrt((len(left_out) - 1) / len(left_out) * (deviations**2).sum()))
    reach = quantile(CONFIDENCE) * error
    return Estimate(value, value - reach, value + reach)
