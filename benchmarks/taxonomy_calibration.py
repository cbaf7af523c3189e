"""A calibration of many players, beside scikit-learn's pipeline that only cuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Final

import numpy as np

from benchmarks.figure import Figure, Goal
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.positions import means_of
from tests.taxonomies import World, planted

PLAYERS: Final = 100_000
#: Four universal axes, and four of the game's own, with so many segments each.
GROUPS: Final = {"monetization": 3, "engagement": 2, "temporal": 4, "social": 1}
OWN: Final = {"discount": 2, "evening": 3, "fuel": 4, "coupon": 1}
METRICS_EACH: Final = 3
PEER_RUNS: Final = 5
COUNTS: Final = range(2, 9)
REPEATS: Final = 3


def figures() -> Iterator[Figure]:
    """100,000 players on 8 axes of 3 metrics: everything that a calibration does, from sums of days to the card."""
    world = planted(
        players=PLAYERS, groups=GROUPS, own=OWN, metrics_each=METRICS_EACH, days=12, day_players=200, seed=1
    )
    ours = min(_calibration(world) for _ in range(REPEATS))
    peer = _pipelines(np.nan_to_num(means_of(world.seen.whole)))
    name = f"taxonomy: calibrate {PLAYERS:,} players on {len(GROUPS) + len(OWN)} axes"
    yield Figure(name, ours, "s", goal=Goal("value", "<=", 8))
    told = f"{PEER_RUNS} runs of scikit-learn's StandardScaler, PCA and KMeans with 2 to 8 segments an axis"
    yield Figure(f"{name}, beside cuts alone", ours, "s", told, peer, Goal("ratio", ">=", 0.5))


def _calibration(world: World) -> float:
    begin = perf_counter()
    taxonomy = calibrated(world.game, world.seen, version=1, now=Instant(0), before=None, seed=1)
    took = perf_counter() - begin
    planted_counts = sorted([*GROUPS.values(), *OWN.values()])
    if sorted(len(each.segments) for each in taxonomy.axes) != planted_counts:
        raise AssertionError(f"Other segments than were planted: {[len(each.segments) for each in taxonomy.axes]}")
    return took


def _pipelines(means: Array) -> float:
    """Seconds of all runs, on as many threads as the libraries take."""
    width = METRICS_EACH
    columns = [means[:, start : start + width] for start in range(0, means.shape[1], width)]
    begin = perf_counter()
    for seed in range(PEER_RUNS):
        _pipeline(columns, seed)
    return perf_counter() - begin


def _pipeline(axes: Sequence[Array], seed: int) -> None:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    for axis in axes:
        for count in COUNTS:
            make_pipeline(StandardScaler(), PCA(random_state=seed), KMeans(count, random_state=seed)).fit(axis)
