"""Every predictor of the registry satisfies every check, and a new one needs a file and a line, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import sklearn  # noqa: F401 - only the threads of what is loaded are limited
from threadpoolctl import threadpool_limits

from tessella.domain.predictions.predictors import BASELINE, PREDICTORS
from tessella.domain.predictions.predictors.fitted import FittedClassifier
from tessella.domain.predictions.predictors.predictor import Predictor
from tessella.domain.predictions.training.split import split_of
from tessella.domain.predictions.training.train import train
from tessella.domain.predictions.training.write_card import About
from tests.domain.predictions.predictor_checks import CHECKS
from tests.domain.predictions.tables import planted


@pytest.fixture(autouse=True)
def one_thread():
    """As in a training: on a busy machine, threads wait for one another a hundred times as long as they work."""
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", PREDICTORS.values(), ids=PREDICTORS)
def test_every_predictor_passes_every_check(kind, check):
    check(kind)


def test_the_predictors_that_are_published_are_all_there_and_the_baseline_is_the_first():
    assert list(PREDICTORS) == ["logistic", "boosting", "mlp"]
    assert BASELINE == "logistic"


@dataclass(frozen=True)
class Bayes:
    """Numbers are normal in each class, whatever the others are."""

    summary: ClassVar[str] = "naive Bayes"

    smoothing: float = 1e-6

    @classmethod
    def default(cls):
        return cls()

    def fit(self, rows, positive, weights, seed):
        from sklearn.naive_bayes import GaussianNB

        return FittedClassifier(GaussianNB(var_smoothing=self.smoothing).fit(rows, positive, weights))


@pytest.fixture
def with_bayes() -> Mapping[str, type[Predictor]]:
    return {**PREDICTORS, "bayes": Bayes}


@pytest.mark.parametrize("check", CHECKS[:6], ids=lambda check: check.__name__)
def test_a_new_predictor_is_picked_up_by_the_checks(check):
    check(Bayes)


def test_a_new_predictor_is_tried_told_on_the_card_and_can_be_published(with_bayes):
    """Whoever is positive varies more: a line sees nothing of it, and neither do the first few shallow trees."""
    table = planted(900)
    random = np.random.default_rng(2)
    table.columns["spend"][:] = random.normal(size=900) * np.where(table.positive, 4.0, 0.5)
    trained = train(
        table, split_of(table), About("churn", "planted"), {"logistic": PREDICTORS[BASELINE], "bayes": Bayes}
    )
    assert [each.predictor for each in trained.card.candidates] == ["logistic", "bayes"]
    assert trained.predictor == "bayes"
    told = train(table, split_of(table), About("churn", "planted"), with_bayes)
    assert {each.predictor for each in told.card.candidates} == {*PREDICTORS, "bayes"}
