"""The `ranking` benchmark: items ranked in process, from catalogues of 100,000 and of 1,000,000 items."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.figure import Figure, Goal
from benchmarks.match_workload import NOW_US
from benchmarks.ranking_peers import full_scan, implicit_als
from benchmarks.ranking_workload import RankingWorkload, workload
from benchmarks.timing import p50_us
from tessella.domain.ranking.knobs import DEFAULTS, KnobValue
from tessella.domain.ranking.rank import rank, rank_explained
from tessella.domain.ranking.ranking import RankingRequest

SEED: Final = 7
ROUNDS: Final = 3
HISTORIES: Final = 300
LIMIT: Final = 10
#: The goal for each number of items.
SIZES: Final[Mapping[int, float]] = {100_000: 0.5, 1_000_000: 0.6}
#: What the built-in configuration leaves out.
EVERYTHING: Final[Mapping[str, KnobValue]] = {
    **DEFAULTS, "delta": 0.5, "brand_cap": 2, "category_cap": 3, "rule_exclude_purchased": True,
}  # fmt: skip

Ask = Callable[[Any], object]


def run() -> Iterator[Figure]:
    """Rank ten of 100,000 and of 1,000,000 items for visitors of 20 to 50 events, beside two peers."""
    taken: list[float] = []
    for items, goal_ms in SIZES.items():
        load = workload(items, HISTORIES, SEED)
        name = f"ranking: p50, {items:,} items"
        ours, *theirs = _in_turn(load)
        taken.append(ours)
        yield Figure(name, ours, "ms", goal=Goal("value", "<=", goal_ms))
        for peer, peer_ms in zip(("implicit ALS", "numpy, full scan"), theirs, strict=True):
            yield Figure(f"{name}, beside {peer}", ours, "ms", peer, peer_ms)
        yield from _others(load, name)
        yield Figure(f"ranking: memory of an index of {items:,} items", _bytes(load.index) / 1e6, "MB")
    yield Figure("ranking: ten times the items cost, in times", taken[1] / taken[0], "x", goal=Goal("value", "<=", 1.5))


def _in_turn(load: RankingWorkload) -> list[float]:
    """The p50 of ours and of each peer, in ms, round by round, so that all see the same machine."""
    asked: Sequence[tuple[Ask, Sequence[Any]]] = (
        _ours(load, DEFAULTS),
        implicit_als(load, LIMIT),
        full_scan(load, LIMIT),
    )
    with threadpool_limits(1, "blas"):
        rounds = [[p50_us(ask, inputs, 1) / 1000 for ask, inputs in asked] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def _ours(
    load: RankingWorkload, config: Mapping[str, KnobValue], limit: int = LIMIT
) -> tuple[Ask, list[RankingRequest]]:
    requests = [RankingRequest(config, limit, history) for history in load.histories]
    return lambda request: rank(load.index, request, now=NOW_US), requests


def _others(load: RankingWorkload, name: str) -> Iterator[Figure]:
    """Other requests, without a goal."""
    yield Figure(f"{name}, with own history, caps and exclusion", _p50_ms(*_ours(load, EVERYTHING)), "ms")
    yield Figure(f"{name}, a list of 100", _p50_ms(*_ours(load, DEFAULTS, 100)), "ms")
    _, requests = _ours(load, DEFAULTS)
    cold = [RankingRequest(DEFAULTS, LIMIT)] * HISTORIES
    yield Figure(f"{name}, nothing known", _p50_ms(lambda request: rank(load.index, request, now=NOW_US), cold), "ms")
    explained = _p50_ms(lambda request: rank_explained(load.index, request, now=NOW_US), requests)
    yield Figure(f"{name}, explained", explained, "ms")


def _p50_ms(ask: Ask, inputs: Sequence[Any]) -> float:
    return statistics.median(p50_us(ask, inputs, 1) for _ in range(ROUNDS)) / 1000


def _bytes(index: object) -> int:
    """The bytes of all arrays of an index."""
    if isinstance(index, np.ndarray):
        return index.nbytes
    if isinstance(index, Mapping):
        return sum(map(_bytes, index.values()))
    return sum(_bytes(getattr(index, name)) for name in getattr(type(index), "__dataclass_fields__", ()))
