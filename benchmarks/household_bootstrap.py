"""How sure a gain is where a household has several rows: intervals of 95 % from resamples of the households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.card import Interval
from tessella.domain.predictions.metrics import Numbers, Truth, losses, weighted_auc

RESAMPLES: Final = 2_000
_BLOCK: Final = 100
_LEVELS: Final = (0.025, 0.975)


def auc_gain(positive: Truth, ours: Numbers, theirs: Numbers, households: NDArray[np.str_]) -> Interval:
    """Our AUC less theirs."""
    return _interval(
        lambda times: weighted_auc(positive, ours, times) - weighted_auc(positive, theirs, times), households
    )


def log_loss_gain(positive: Truth, ours: Numbers, theirs: Numbers, households: NDArray[np.str_]) -> Interval:
    """Their mean log loss less ours."""
    saved = losses(positive, theirs) - losses(positive, ours)
    return _interval(lambda times: times @ saved / times.sum(axis=1), households)


def _interval(figure: Callable[[Numbers], Numbers], households: NDArray[np.str_]) -> Interval:
    """`figure` takes how often each row is in each sample, shape (samples, rows)."""
    names, owner = np.unique(households, return_inverse=True)
    random, chances = np.random.default_rng(0), np.full(len(names), 1 / len(names))
    found = [
        figure(random.multinomial(len(names), chances, _BLOCK).astype(np.float64)[:, owner])
        for _ in range(RESAMPLES // _BLOCK)
    ]
    low, high = np.quantile(np.concatenate(found), _LEVELS)
    return Interval(float(figure(np.ones((1, len(households))))[0]), float(low), float(high))
