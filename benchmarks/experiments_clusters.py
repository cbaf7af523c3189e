"""The `experiments_clusters` benchmark: finding clusters in 100,000 contexts, and telling the nearest one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments_clusters_peers import PEERS
from benchmarks.experiments_clusters_stored import stored
from benchmarks.experiments_clusters_units import contexts, groups, rewards
from benchmarks.figure import Figure, Goal
from benchmarks.timing import p50_us
from tessella.domain.experiments.clusters.columns import read_columns
from tessella.domain.experiments.clusters.find import find_clusters, model_of
from tessella.domain.experiments.clusters.model import ClusterModel
from tessella.domain.experiments.clusters.nearest import nearest
from tessella.domain.experiments.clusters.partition import partition
from tessella.domain.identifiers import Json

UNITS: Final = 100_000
_CLUSTERS: Final = 8
_ASKED: Final = 2_000
_ROUNDS: Final = 5


def run() -> Iterator[Figure]:
    """The search in memory, the whole training over a database, and the nearest of eight beside two peers."""
    of = groups(UNITS)
    known, came = contexts(of), rewards(of)
    began = perf_counter()
    found = find_clusters(known, came)
    yield Figure("experiments: find clusters in 100,000 contexts", perf_counter() - began, "s")
    if found.model is None or len(found.model.clusters) != max(of) + 1:
        raise SystemExit(f"the planted groups were not found: {found}")
    yield from stored(known)
    yield from _nearest(known[:_ASKED])


def _nearest(known: list[Mapping[str, Json]]) -> Iterator[Figure]:
    """Round by round, ours and theirs in turn, so that both see the same machine."""
    model, points = _of_eight(known)
    rows = [each[None, :] for each in points]
    for make in PEERS:
        peer = make(points, _CLUSTERS)
        rounds = [
            (p50_us(lambda each: nearest(model, each), known, 1), p50_us(peer.choose, rows[:200], 1))
            for _ in range(_ROUNDS)
        ]
        ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
        name = f"experiments: the nearest of {_CLUSTERS} clusters by seven fields, p50"
        yield Figure(name, ours, "us", peer.name, theirs, Goal("value", "<=", 10))


def _of_eight(known: list[Mapping[str, Json]]) -> tuple[ClusterModel, NDArray[np.float64]]:
    """By all fields, whether they go together or not."""
    columns = read_columns(known).columns
    points = np.hstack([each.points() for each in columns])
    return model_of(columns, points, partition(points, _CLUSTERS, seed=1)), points
