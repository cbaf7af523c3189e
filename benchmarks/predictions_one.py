"""One customer in this process: from a feature dict to a probability, beside scikit-learn from an encoded row."""

from __future__ import annotations

import hashlib
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter_ns
from typing import Any, Final

import numpy as np

from benchmarks.figure import Figure, Goal
from benchmarks.predictions_telco import telco
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.inputs import Input, encode_columns
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.predictors import PREDICTORS
from tessella.domain.predictions.reliability import Method, Reliability
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.learn_inputs import inputs_of
from tessella.models.loading import load
from tessella.models.writing import write_onnx, write_tflite
from tessella.ports.models import LoadedModel, ModelWriter

CALLS: Final = 20_000
PEER_CALLS: Final = 500
_MAPPING: Final = Reliability(Method.PLATT, slope=1.1, offset=0.1)
_NETWORK: Final = "mlp"


def figures() -> Iterator[Figure]:
    """The median microseconds of each predictor, and of a network as TFLite."""
    table = telco()
    inputs = inputs_of(table, np.arange(len(table)))
    rows = encode_columns(table.columns, inputs)
    customers = [_values(table.columns, place) for place in range(200)]
    for name, predictor in PREDICTORS.items():
        fitted = predictor.default().fit(rows, table.positive, np.ones(len(rows)), 0)
        peer = _median_us(fitted.scores, [rows[place : place + 1] for place in range(200)], PEER_CALLS)
        writers: dict[str, ModelWriter] = {"ONNX": write_onnx}
        if name == _NETWORK:
            writers["TFLite"] = write_tflite
        for form, write in writers.items():
            model = _loaded(write(fitted, rows), form, inputs)
            ours = _median_us(model.one, customers, CALLS)
            goal = Goal("value", "<=", 30)
            yield Figure(f"One customer: {name} as {form}, p50", ours, "us", "scikit-learn", peer, goal)


def _values(columns: Mapping[FeatureName, Any], place: int) -> dict[FeatureName, Value]:
    cells = {name: column[place] for name, column in columns.items()}
    return {name: cell if isinstance(cell, str) else float(cell) for name, cell in cells.items()}


def _loaded(content: bytes, form: str, inputs: tuple[Input, ...]) -> LoadedModel:
    file = f"churn.{form.lower()}"
    part = Part(file, hashlib.sha256(content).hexdigest(), ("churn",), (_MAPPING,))
    manifest = Manifest("churn", 1, Target.CHURN, "", tuple(inputs), (part,), Instant(0), Instant(0))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, file).write_bytes(content)
        return load(Path(folder), manifest)


def _median_us(call: Callable[[Any], object], asked: list[Any], calls: int) -> float:
    taken = []
    for number in range(calls):
        each = asked[number % len(asked)]
        start = perf_counter_ns()
        call(each)
        taken.append(perf_counter_ns() - start)
    return statistics.median(taken) / 1000
