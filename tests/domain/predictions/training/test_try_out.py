"""How a predictor is tried."""

from dataclasses import dataclass, field

import numpy as np
from threadpoolctl import threadpool_info

from tessella.domain.predictions.predictors.boosting import Boosting
from tessella.domain.predictions.predictors.constant import constant
from tessella.domain.predictions.training.split import split_of
from tessella.domain.predictions.training.try_out import Task, try_out
from tests.domain.predictions.tables import planted


@dataclass
class Watching:
    """Says the same of everybody, and remembers how many threads each library might have used."""

    threads: set[int] = field(default_factory=set)

    def fit(self, rows, positive, weights, seed):
        self.threads |= {library["num_threads"] for library in threadpool_info()}
        return constant(rows.shape[1])


def test_a_predictor_is_fitted_on_one_thread():
    table, watching = planted(600), Watching()
    task = Task(np.zeros((600, 2), np.float32), table.positive, split_of(table))
    try_out("watching", watching, task)
    assert watching.threads == {1}


def test_weights_that_are_all_alike_change_no_score():
    """Few values: with weights and without, every one of them is a bin of its own."""
    random = np.random.default_rng(4)
    rows = random.integers(0, 9, size=(400, 3)).astype(np.float32)
    positive = random.random(400) < rows[:, 0] / 10
    plain, doubled = (Boosting(l2=0).fit(rows, positive, np.full(400, weight), 0).scores(rows) for weight in (1.0, 2.0))
    assert np.allclose(plain, doubled, atol=1e-6)
