"""How good probabilities are, against what happened.

`positive`: what happened, shape (rows,). `probabilities`: what was said, 0 to 1, shape (rows,).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.bool_]
Numbers = NDArray[np.float64]

#: Probabilities are kept so far from 0 and 1 before a logarithm is taken.
MARGIN: Final = 1e-15
_BINS: Final = 10
#: The rows that `lift` looks at.
_TOP: Final = 0.1


def auc(positive: Truth, scores: Numbers) -> float:
    """The chance that a positive row has a higher score than a negative one; a tie counts one half. 0.5 says nothing.

    Source: Mann and Whitney 1947. NaN without rows of both classes.

    >>> auc(np.array([False, True, False, True]), np.array([0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    return float(weighted_auc(positive, scores, np.ones((1, len(scores))))[0])


def weighted_auc(positive: Truth, scores: Numbers, times: Numbers) -> Numbers:
    """`auc` of several samples of the same rows: `times`, shape (samples, rows), says how often each row is in each."""
    order = np.argsort(scores)
    ordered = scores[order]
    groups = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    drawn = times[:, order]
    positives = np.add.reduceat(drawn * positive[order], groups, axis=1)
    negatives = np.add.reduceat(drawn, groups, axis=1) - positives
    below = negatives.cumsum(axis=1) - negatives / 2
    with np.errstate(invalid="ignore"):
        return np.asarray((positives * below).sum(axis=1) / (positives.sum(axis=1) * negatives.sum(axis=1)))


def losses(positive: Truth, probabilities: Numbers) -> Numbers:
    """-log of the probability that was given to what happened, a number a row, in nats."""
    said = np.clip(np.where(positive, probabilities, 1 - probabilities), MARGIN, 1.0)
    return np.asarray(-np.log(said))


def log_loss(positive: Truth, probabilities: Numbers) -> float:
    """The mean of `losses`: lower is better.

    >>> round(log_loss(np.array([True, False]), np.array([0.8, 0.2])), 4)
    0.2231
    """
    return float(losses(positive, probabilities).mean())


def brier(positive: Truth, probabilities: Numbers) -> float:
    """The mean squared difference to 1 or 0: lower is better. Source: Brier 1950.

    >>> round(brier(np.array([True, False]), np.array([0.8, 0.2])), 4)
    0.04
    """
    return float(((probabilities - positive) ** 2).mean())


def tenths(probabilities: Numbers) -> list[NDArray[np.int64]]:
    """The places of the rows in ten bins of equal counts, the lowest probabilities first; in fewer, of fewer rows.

    >>> [each.tolist() for each in tenths(np.array([0.5, 0.25]))]
    [[1], [0]]
    """
    return np.array_split(np.argsort(probabilities, kind="stable"), min(_BINS, len(probabilities)))


def expected_calibration_error(positive: Truth, probabilities: Numbers) -> float:
    """The mean distance of what was said from what happened, over ten bins of equal counts, weighted by their rows.

    Perfect probabilities do not reach 0 on a sample: with n rows a bin, chance leaves about 0.8 sqrt(p (1 - p) / n).
    Source: Naeini, Cooper and Hauskrecht 2015, with bins of equal counts as in Nixon et al. 2019.

    >>> expected_calibration_error(np.array([True, False]), np.array([0.75, 0.25]))
    0.25
    """
    parts = tenths(probabilities)
    apart = [abs(probabilities[part].mean() - positive[part].mean()) * len(part) for part in parts]
    return float(sum(apart) / len(probabilities))


def error_by_chance(probabilities: Numbers) -> float:
    """The expected calibration error of perfect probabilities on so many rows, on average.

    >>> round(error_by_chance(np.full(1000, 0.5)), 3)
    0.04
    """
    variance = float(np.mean(probabilities * (1 - probabilities)))
    return float(np.sqrt(2 / np.pi * variance * _BINS / len(probabilities)))


def lift(positive: Truth, probabilities: Numbers) -> float:
    """The share of positives among the tenth of rows with the highest probability, by the share among all.

    >>> lift(np.array([True] + [False] * 9), np.arange(10, 0, -1) / 10)
    10.0
    """
    top = np.argsort(-probabilities, kind="stable")[: int(np.ceil(_TOP * len(probabilities)))]
    return float(positive[top].mean() / positive.mean())
