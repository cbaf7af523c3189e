"""The `predictions` benchmark: how good probabilities are, beside peers that learn from the same rows."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import predictions_telco
from benchmarks.figure import Figure


def run() -> Iterator[Figure]:
    """Who leaves: AUC, log loss and calibration of the shipped pipeline, beside logistic regression and boosting."""
    yield from predictions_telco.figures()
