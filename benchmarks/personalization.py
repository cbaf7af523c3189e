"""The `personalization` benchmark: rankings of scopes over HTTP, and a night over a million subjects."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import personalization_http, personalization_nightly, personalization_refresh
from benchmarks.figure import Figure


def run() -> Iterator[Figure]:
    """Rankings that are made and that were kept; vectors from 10,000,000 events, and rankings for everybody."""
    yield from personalization_http.figures()
    yield from personalization_refresh.figures()
    yield from personalization_nightly.figures()
