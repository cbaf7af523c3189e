"""What every predictor must satisfy, one function a claim. `test_predictors.py` runs them over the registry."""

from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np

from tessella.domain.predictions.metrics import auc
from tests.domain.predictions.tables import sigmoid


def it_is_a_frozen_dataclass_whose_settings_are_documented(kind: Any) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.summary
    assert not kind.__doc__.startswith(f"{kind.__name__}(")
    assert kind.default() == kind(**{each.name: getattr(kind.default(), each.name) for each in fields(kind)})


def it_finds_what_was_planted(kind: Any) -> None:
    rows, positive, truth = sample(1200)
    learned = kind.default().fit(rows[:800], positive[:800], np.ones(800), 0)
    assert auc(positive[800:], learned.scores(rows[800:])) > auc(positive[800:], truth[800:]) - 0.04


def it_scores_from_0_to_1_one_number_a_row(kind: Any) -> None:
    rows, _, _ = sample(300)
    scores = fitted(kind).scores(rows)
    assert (scores.shape, scores.dtype) == ((300,), np.float64)
    assert ((scores >= 0) & (scores <= 1)).all()


def it_scores_a_row_alone_as_among_others(kind: Any) -> None:
    rows, _, _ = sample(300)
    alone = np.concatenate([fitted(kind).scores(rows[at : at + 1]) for at in range(20)])
    assert np.allclose(alone, fitted(kind).scores(rows)[:20], atol=1e-6)


def it_gives_the_same_fit_for_the_same_arguments(kind: Any) -> None:
    rows, positive, _ = sample(300)
    again = kind.default().fit(rows, positive, np.ones(300), 0)
    assert np.array_equal(again.scores(rows), fitted(kind).scores(rows))


def it_scores_higher_where_positives_weigh_more(kind: Any) -> None:
    rows, positive, _ = sample(300)
    heavy = kind.default().fit(rows, positive, np.where(positive, 5.0, 1.0), 0)
    assert heavy.scores(rows).mean() > fitted(kind).scores(rows).mean() + 0.1


def it_bears_constant_columns_and_the_largest_numbers(kind: Any) -> None:
    rows, positive, _ = sample(300)
    rows[:, 2], rows[0, 1] = 4.0, 3.4e38
    scores = kind.default().fit(rows, positive, np.ones(300), 0).scores(rows)
    assert np.isfinite(scores).all()


def its_estimator_is_of_scikit_learn_and_says_the_same(kind: Any) -> None:
    rows, _, _ = sample(300)
    assert fitted(kind).estimator.classes_.tolist() == [False, True]
    assert np.allclose(fitted(kind).estimator.predict_proba(rows)[:, 1], fitted(kind).scores(rows))


CHECKS = (
    it_is_a_frozen_dataclass_whose_settings_are_documented,
    it_finds_what_was_planted,
    it_scores_from_0_to_1_one_number_a_row,
    it_scores_a_row_alone_as_among_others,
    it_gives_the_same_fit_for_the_same_arguments,
    it_scores_higher_where_positives_weigh_more,
    it_bears_constant_columns_and_the_largest_numbers,
    its_estimator_is_of_scikit_learn_and_says_the_same,
)


@cache
def fitted(kind: Any) -> Any:
    """What several checks look at; fitting takes most of their time."""
    rows, positive, _ = sample(300)
    return kind.default().fit(rows, positive, np.ones(300), 0)


def sample(rows: int) -> tuple[Any, Any, Any]:
    """Encoded rows, what happened, and its true chance."""
    random = np.random.default_rng(11)
    drawn = random.normal(size=(rows, 3)).astype(np.float32)
    truth = sigmoid(1.5 * drawn[:, 0] - drawn[:, 1])
    return drawn, random.random(rows) < truth, truth
