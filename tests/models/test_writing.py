"""What was trained is written as ONNX and TFLite, and says the same there."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tessella.domain.errors import NotWritable, ParityLost
from tessella.domain.predictions.predictors import PREDICTORS
from tessella.models.checks import check_content
from tessella.models.content import Form
from tessella.models.formats.dense import layers_of
from tessella.models.formats.onnx_runner import load_onnx
from tessella.models.formats.tflite_runner import load_tflite
from tessella.models.formats.tflite_writer import tflite_of
from tessella.models.parity import LIMIT
from tessella.models.writing import write_onnx, write_tflite

Rows = NDArray[np.float32]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Columns of very different sizes, as amounts, counts, shares and flags are."""
    rng = np.random.default_rng(7)
    columns = [rng.lognormal(5, 1.5, 1500), rng.poisson(20, 1500), rng.random(1500), rng.integers(0, 2, 1500)]
    return np.stack(columns, axis=1).round(2).astype(np.float32)


@pytest.fixture(scope="module")
def positive(rows: Rows) -> NDArray[np.bool_]:
    odds = 1 / (1 + np.exp(-(rows[:, 1] - 20) / 5 + np.log(rows[:, 0]) - 5))
    return np.random.default_rng(8).random(len(rows)) < odds


def fitted(name: str, rows: Rows, positive: NDArray[np.bool_]) -> Any:
    return PREDICTORS[name].default().fit(rows, positive, np.ones(len(rows)), 0)


@pytest.mark.parametrize("name", sorted(PREDICTORS))
def test_every_predictor_says_the_same_as_onnx(name: str, rows: Rows, positive: NDArray[np.bool_]) -> None:
    trained = fitted(name, rows, positive)
    content = write_onnx(trained, rows)
    assert check_content("model.onnx", content) is Form.ONNX
    runner = load_onnx("model.onnx", content, width=4, outputs=1)
    assert np.abs(runner.run(rows)[:, 0] - trained.scores(rows)).max() <= LIMIT


def test_boosted_trees_decide_alike_for_every_float_about_a_threshold(rows: Rows, positive: NDArray[np.bool_]) -> None:
    """Rounded to the nearest float a threshold would send some of these rows the other way."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    trained = Scored(HistGradientBoostingClassifier(max_iter=20).fit(rows, positive))
    nodes = [tree.nodes for rounds in trained.estimator._predictors for tree in rounds]
    thresholds = np.concatenate([each["num_threshold"][~each["is_leaf"].astype(bool)] for each in nodes])
    nearest = thresholds.astype(np.float32)
    about = np.concatenate(
        [nearest, np.nextafter(nearest, np.float32(np.inf)), np.nextafter(nearest, np.float32(-np.inf))]
    )
    probes = np.repeat(about[:, None], 4, axis=1)
    runner = load_onnx("model.onnx", write_onnx(trained, rows), width=4, outputs=1)
    assert np.abs(runner.run(probes)[:, 0] - trained.scores(probes)).max() <= 1e-5


@dataclass
class Scored:
    """An estimator of scikit-learn, as a predictor gives it."""

    estimator: Any

    def scores(self, rows: Rows) -> NDArray[np.float64]:
        return np.asarray(self.estimator.predict_proba(rows)[:, 1])


@dataclass
class Skewed(Scored):
    """Says something else than its estimator."""

    def scores(self, rows: Rows) -> NDArray[np.float64]:
        return super().scores(rows) + 2 * LIMIT


def test_a_file_that_says_something_else_is_not_written(rows: Rows, positive: NDArray[np.bool_]) -> None:
    trained = Skewed(fitted("logistic", rows, positive).estimator)
    with pytest.raises(ParityLost) as refused:
        write_onnx(trained, rows)
    assert refused.value.difference == pytest.approx(2 * LIMIT, rel=0.1)


def test_what_has_no_form_in_onnx_is_refused(rows: Rows) -> None:
    class Unknown:
        pass

    with pytest.raises(NotWritable):
        write_onnx(Scored(Unknown()), rows)


def network(rows: Rows, answers: NDArray[Any], **settings: Any) -> Any:
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows)
    layers = MLPClassifier((32, 16), random_state=0, **settings)
    for _ in range(5):
        layers.partial_fit(scaler.transform(rows), answers, classes=np.unique(answers))
    return make_pipeline(scaler, layers)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
def test_a_network_as_tflite_agrees_with_scikit_learn_to_a_millionth(
    rows: Rows, positive: NDArray[np.bool_], activation: str
) -> None:
    trained = Scored(network(rows, positive, activation=activation))
    runner = load_tflite("model.tflite", write_tflite(trained, rows), width=4, outputs=1)
    assert np.abs(runner.run(rows)[:, 0] - trained.scores(rows)).max() <= 1e-6


def test_a_network_of_eight_classes_as_tflite_ends_in_a_softmax(rows: Rows) -> None:
    answers = np.random.default_rng(9).integers(0, 8, len(rows))
    trained = network(rows, answers)
    content = tflite_of(layers_of(trained))
    assert check_content("model.tflite", content) is Form.TFLITE
    told = load_tflite("model.tflite", content, width=4, outputs=8).run(rows)
    assert np.abs(told - trained.predict_proba(rows)).max() <= 1e-6
    assert np.abs(told.sum(axis=1) - 1).max() <= 1e-6


def test_only_a_network_can_be_written_as_tflite(rows: Rows, positive: NDArray[np.bool_]) -> None:
    with pytest.raises(NotWritable):
        write_tflite(fitted("logistic", rows, positive), rows)
