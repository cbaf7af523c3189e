"""One player, from a baseline to a profile, in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.taxonomy_workload import baselines, scipy_loop, taxonomy
from benchmarks.timing import p50_us
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.membership.categorize import categorized
from tessella.domain.taxonomy.membership.space import Space

PLAYERS: Final = 500
PASSES: Final = 20


def figures() -> Iterator[Figure]:
    """The p50 of `categorized` with 8 axes of 4 segments, beside the distances alone by SciPy."""
    found = taxonomy()
    space, players, alone = Space.of(found), baselines(PLAYERS), scipy_loop(found)

    def by_scipy(baseline: Baseline) -> object:
        days = baseline.counts.sum(axis=0)
        return alone(baseline.sums.sum(axis=0) / days, days[0])

    ours = p50_us(lambda each: categorized(found, space, each), players, PASSES)
    peer = p50_us(by_scipy, players, 1)
    name = "taxonomy: categorize one player, in process, p50"
    yield Figure(name, ours, "us", "the best segments alone, by scipy's mahalanobis", peer, Goal("value", "<=", 100))
