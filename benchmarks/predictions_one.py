"""The `predictions_one` benchmark: one customer, from a feature dict to a probability, in process and over HTTP."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import predictions_http
from benchmarks.figure import Figure, Goal
from benchmarks.predictions_telco import telco
from benchmarks.timing import p50_us
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.inputs import Input, encode_columns
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.predictors import PREDICTORS
from tessella.domain.predictions.predictors.predictor import Fitted
from tessella.domain.predictions.reliability import Method, Reliability
from tessella.domain.predictions.row_encoder import RowEncoder
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.learn_inputs import inputs_of
from tessella.models.loading import load
from tessella.models.writing import write_onnx, write_tflite
from tessella.ports.models import LoadedModel

CUSTOMERS: Final = 200
#: Of each customer: so many calls of ours, and of a peer that is slow.
PASSES: Final = 50
PEER_PASSES: Final = 3
_GOAL: Final = Goal("value", "<=", 30)
_MAPPING: Final = Reliability(Method.PLATT, slope=1.1, offset=0.1)
_NETWORK: Final = "mlp"

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Customers:
    """Some customers of a telephone company, and what all of them are learned from."""

    inputs: tuple[Input, ...]
    #: Of everybody, encoded.
    rows: Row
    positive: NDArray[np.bool_]
    #: What is known of some.
    known: Sequence[Mapping[FeatureName, Value]]


def run() -> Iterator[Figure]:
    """One customer: from a feature dict to a probability, beside scikit-learn and plain onnxruntime; and over HTTP."""
    customers = _customers()
    for name, predictor in PREDICTORS.items():
        fitted = predictor.default().fit(customers.rows, customers.positive, np.ones(len(customers.rows)), 0)
        yield from _beside(name, fitted, customers)
    yield from predictions_http.figures()


def _customers() -> Customers:
    table = telco()
    inputs = inputs_of(table, np.arange(len(table)))
    known = [_values(table.columns, place) for place in range(CUSTOMERS)]
    return Customers(inputs, encode_columns(table.columns, inputs), table.positive, known)


def _values(columns: Mapping[FeatureName, Any], place: int) -> dict[FeatureName, Value]:
    cells = {name: column[place] for name, column in columns.items()}
    return {name: cell if isinstance(cell, str) else float(cell) for name, cell in cells.items()}


def _beside(name: str, fitted: Fitted, customers: Customers) -> Iterator[Figure]:
    """A model as ONNX, and a network as TFLite too, beside peers that do the same work."""
    content = write_onnx(fitted, customers.rows)
    ours = p50_us(_loaded(content, "ONNX", customers.inputs).one, customers.known, PASSES)
    figure = f"predictions_one: {name} as ONNX, p50"
    encoder = RowEncoder(customers.inputs)
    single = [np.array([encoder.row(each)], np.float32) for each in customers.known]
    proba = p50_us(fitted.scores, single, PEER_PASSES)
    yield Figure(figure, ours, "us", "scikit-learn's predict_proba of an encoded row", proba, _GOAL)
    plain = p50_us(_plain(content, customers.inputs), customers.known, PASSES)
    yield Figure(figure, ours, "us", "onnxruntime's run, with encoding and mapping as for many", plain)
    if name == _NETWORK:
        tflite = _loaded(write_tflite(fitted, customers.rows), "TFLite", customers.inputs)
        took = p50_us(tflite.one, customers.known, PASSES)
        yield Figure(f"predictions_one: {name} as TFLite, p50", took, "us", goal=_GOAL)


def _plain(content: bytes, inputs: Sequence[Input]) -> Callable[[Mapping[FeatureName, Value]], float]:
    """What somebody writes who has the file: a matrix of one row, and `InferenceSession.run`."""
    import onnxruntime  # only once `tessella.models` has told it not to report

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    [taken] = session.get_inputs()

    def probability(values: Mapping[FeatureName, Value]) -> float:
        columns = {each.name: np.array([values.get(each.name)]) for each in inputs}
        [scores] = session.run(None, {taken.name: encode_columns(columns, inputs)})
        return float(_MAPPING.many(scores[:, 0])[0])

    return probability


def _loaded(content: bytes, form: str, inputs: Sequence[Input]) -> LoadedModel:
    file = f"churn.{form.lower()}"
    part = Part(file, hashlib.sha256(content).hexdigest(), ("churn",), (_MAPPING,))
    manifest = Manifest("churn", 1, Target.CHURN, "", tuple(inputs), (part,), Instant(0), Instant(0))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, file).write_bytes(content)
        return load(Path(folder), manifest)
