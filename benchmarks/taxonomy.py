"""The `taxonomy` benchmark: games calibrated, players placed, and their unusual days found."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import (
    taxonomy_anomalies,
    taxonomy_bulk,
    taxonomy_calibration,
    taxonomy_days,
    taxonomy_http,
    taxonomy_single,
)
from benchmarks.figure import Figure


def run() -> Iterator[Figure]:
    """Calibration of 100,000 players, one player and ten million, and anomalies, beside SciPy and scikit-learn."""
    yield from taxonomy_calibration.figures()
    yield from taxonomy_single.figures()
    yield from taxonomy_anomalies.figures()
    yield from taxonomy_http.figures()
    yield from taxonomy_bulk.figures()
    yield from taxonomy_days.figures()
