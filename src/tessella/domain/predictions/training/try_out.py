"""Fit one predictor in every fold, make it reliable, fit it to all rows but the test, and let it say the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.metrics import Numbers, Truth
from tessella.domain.predictions.predictors.predictor import Fitted, Predictor
from tessella.domain.predictions.reliability import Reliability
from tessella.domain.predictions.training.fit_reliability import fit_reliability
from tessella.domain.predictions.training.split import Split
from tessella.domain.predictions.training.table import Rows

#: Where the rarer class has a smaller share, both weigh the same in sum.
RARE: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What every predictor gets."""

    #: Encoded, shape (rows, width of the inputs).
    rows: NDArray[np.float32]
    positive: Truth
    split: Split
    seed: int = 0

    @property
    def held_out(self) -> Truth:
        """What happened to the rows that are held out, fold by fold."""
        return self.positive[self.split.held_out]

    @property
    def test(self) -> Truth:
        """What happened to the rows of the test."""
        return self.positive[self.split.test]


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A predictor that is ready to be published."""

    name: str
    #: Fitted to all rows but the test.
    fitted: Fitted
    reliability: Reliability
    #: Probabilities of the rows held out, by fits and mappings that had not seen them.
    held_out: Numbers
    #: Probabilities of the test.
    test: Numbers


def try_out(name: str, predictor: Predictor, task: Task) -> Tried:
    """One predictor, tried, on one thread: on some thousands of rows threads wait for one another more than they work.

    On a busy machine they wait a hundred times as long, and requests are answered on the same one.
    """
    import sklearn  # noqa: F401 - only the threads of what is loaded are limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return _tried(name, predictor, task)


def _tried(name: str, predictor: Predictor, task: Task) -> Tried:
    split = task.split
    scores = [_fit(predictor, task, fold.fit).scores(task.rows[fold.held_out]) for fold in split.folds]
    reliability, held_out = fit_reliability(np.concatenate(scores), task.held_out, task.seed)
    fitted = _fit(predictor, task, split.development)
    return Tried(name, fitted, reliability, held_out, reliability.many(fitted.scores(task.rows[split.test])))


def class_weights(positive: Truth) -> Numbers:
    """1 for each row; where one class has less than a tenth of them, rows / (2 * rows of its class).

    Such weights distort probabilities; `fit_reliability` repairs them on rows as they are.

    >>> class_weights(np.array([True] + [False] * 19))[:2].round(2).tolist()
    [10.0, 0.53]
    """
    counts = np.bincount(positive, minlength=2)
    if counts.min() >= RARE * len(positive):
        return np.ones(len(positive))
    return np.asarray((len(positive) / (2 * counts))[positive.astype(np.int64)])


def _fit(predictor: Predictor, task: Task, rows: Rows) -> Fitted:
    positive = task.positive[rows]
    return predictor.fit(task.rows[rows], positive, class_weights(positive), task.seed)
