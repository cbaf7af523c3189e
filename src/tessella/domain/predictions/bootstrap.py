"""How sure a figure is: intervals of 95 % from resamples of the rows.

All functions draw the same resamples for the same number of rows, so their figures are of the same samples. Source:
Efron and Tibshirani, "An Introduction to the Bootstrap" (1993).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from tessella.domain.intervals import CONFIDENCE
from tessella.domain.predictions.card import Interval
from tessella.domain.predictions.metrics import Numbers, Truth, losses, weighted_auc

RESAMPLES: Final = 1_000
#: Of more rows there are fewer resamples, down to these: an interval of many rows is narrow as it is.
LEAST_RESAMPLES: Final = 100
_LEVELS: Final = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
#: How many numbers of the resamples are held at once, and drawn in all.
_BLOCK: Final = 1_000_000
_MOST: Final = 20_000_000


def auc_interval(positive: Truth, scores: Numbers) -> Interval:
    """The AUC. Resamples without one of the classes say nothing, and are left out."""
    return _interval(lambda times: weighted_auc(positive, scores, times), len(positive))


def log_loss_interval(positive: Truth, probabilities: Numbers) -> Interval:
    """The mean log loss.

    >>> log_loss_interval(np.array([True, True]), np.array([1.0, 1.0])).value
    0.0
    """
    return _mean_interval(losses(positive, probabilities))


def log_loss_difference(positive: Truth, ours: Numbers, theirs: Numbers) -> Interval:
    """Our mean log loss less theirs, row by row on the same rows: below 0, ours are better."""
    return _mean_interval(losses(positive, ours) - losses(positive, theirs))


def mean_difference(positive: Truth, probabilities: Numbers) -> Interval:
    """The share of positives less the mean of the probabilities: above 0, too little was said.

    >>> mean_difference(np.array([True, True]), np.array([0.75, 0.75])).value
    0.25
    """
    return _mean_interval(positive - probabilities)


def auc_difference(positive: Truth, ours: Numbers, theirs: Numbers) -> Interval:
    """Our AUC less theirs on the same rows: above 0, ours order better."""
    return _interval(
        lambda times: weighted_auc(positive, ours, times) - weighted_auc(positive, theirs, times), len(positive)
    )


def _mean_interval(values: Numbers) -> Interval:
    return _interval(lambda times: np.asarray(times @ values / len(values)), len(values))


def _interval(figure: Callable[[Numbers], Numbers], rows: int) -> Interval:
    """`figure` gives a number for each sample, of how often each row is in it: shape (samples, rows)."""
    value = float(figure(np.ones((1, rows)))[0])
    low, high = np.nanquantile(np.concatenate([figure(times) for times in _resamples(rows)]), _LEVELS)
    return Interval(value, float(low), float(high))


def _resamples(rows: int) -> Iterator[Numbers]:
    random = np.random.default_rng(0)
    left = min(max(_MOST // rows, LEAST_RESAMPLES), RESAMPLES)
    while left:
        samples = min(left, max(1, _BLOCK // rows))
        yield _drawn(random, samples, rows)
        left -= samples


def _drawn(random: np.random.Generator, samples: int, rows: int) -> Numbers:
    """How often each row is in each sample. Counted, which is three times as quick as numpy's multinomial numbers."""
    places = random.integers(rows, size=(samples, rows)) + rows * np.arange(samples)[:, np.newaxis]
    counts = np.bincount(places.ravel(), minlength=samples * rows)
    return counts.reshape(samples, rows).astype(np.float64)
