"""The `covisitation` benchmark: the nearest 200 items of every item, from 5,000,000 events."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Final

import numpy as np

from benchmarks.covisitation_memory import measured
from benchmarks.covisitation_peers import Peer, duckdb, implicit, polars
from benchmarks.covisitation_workload import NOW, WINDOW_DAYS, households, made_up
from benchmarks.figure import Figure, Goal
from tessella.domain.ranking.index.index import Neighbours
from tessella.domain.ranking.signals.co_visitation import nearest, nearest_fast
from tessella.domain.ranking.signals.co_visitation.co_visitation import SHRINK, contexts_within
from tessella.domain.ranking.signals.co_visitation.contexts import contexts_of
from tessella.domain.ranking.signals.co_visitation.cosine import Nearest, neighbours_by
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.ranking.signals.sums import summed

ROUNDS: Final = 3
#: How many items have their nearest compared with the peer's, and how many of each.
SAMPLE: Final = 500
COMPARED: Final = 10
#: A self-join has to take so many times as long.
JOINS: Final = 3.0
WAYS: Final[Mapping[str, Nearest]] = {"compiled": nearest_fast.nearest, "plain": nearest.nearest}
#: How many times as long `implicit` has to take. It is shown with its default of 20 neighbours too; no goal names that.
PEERS: Final = ((200, {"compiled": 1.0, "plain": 0.4}), (20, {}))


def run() -> Iterator[Figure]:
    """Find the neighbours of 100,000 items in 5,000,000 events, compiled and not, beside implicit and self-joins."""
    # First, while this process is small: on Linux a child's peak begins with that of its parent.
    yield from _memory()
    events = made_up()
    yield Figure("covisitation: compiling, once a process", _seconds(_cosine, WAYS["compiled"], made_up(9))[0], "s")
    yield from _beside("5,000,000 events", events, [(implicit(count), goals) for count, goals in PEERS])
    joins = [(peer, dict.fromkeys(WAYS, JOINS)) for peer in (duckdb(), polars())]
    yield from _beside("5,000,000 events", events, joins)
    yield from _beside("a supermarket's year", households(), [(implicit(), {})], rounds=1)
    yield from _whole(events)


def _beside(
    name: str, events: Interactions, peers: Sequence[tuple[Peer, Mapping[str, float]]], rounds: int = ROUNDS
) -> Iterator[Figure]:
    """Both ways and the peers in turn, round by round, so that all see the same machine."""
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for way, nearest_of in WAYS.items():
            seconds, ours = _seconds(_cosine, nearest_of, events)
            taken.setdefault(way, []).append(seconds)
        for peer, _ in peers:
            seconds, theirs = _seconds(peer.build, events)
            taken.setdefault(peer.name, []).append(seconds)
            _check(peer, theirs, ours)
    medians = {who: statistics.median(each) for who, each in taken.items()}
    for peer, goals in peers:
        for way in WAYS:
            goal = Goal("ratio", ">=", goals[way]) if way in goals else None
            label = f"covisitation: {name}, {way}"
            yield Figure(label, medians[way], "s", peer.name, medians[peer.name], goal)


def _cosine(way: Nearest, events: Interactions) -> Neighbours:
    """What the peers compute: the cosine of items over subjects, where every event counts one."""
    counts = summed(events.subjects, events.rows, np.ones(len(events)), int(events.rows.max()) + 1)
    return neighbours_by(way, contexts_of(counts), 0.0)


def _seconds(call: Callable[..., Any], *arguments: object) -> tuple[float, Any]:
    start = perf_counter()
    found = call(*arguments)
    return perf_counter() - start, found


def _check(peer: Peer, theirs: object, ours: Neighbours) -> None:
    """The same nearest items for a sample, but for ties, or the time means nothing."""
    sample = np.random.default_rng(0).choice(len(ours.offsets) - 1, SAMPLE, replace=False).tolist()
    found = peer.nearest(theirs, sample)
    for item in sample:
        place = slice(ours.offsets[item], ours.offsets[item + 1])
        others, weights = ours.rows[place][:COMPARED], ours.weights[place][:COMPARED]
        their_others, their_weights = found.get(item, (np.empty(0, np.int32), np.empty(0)))
        same = np.allclose(weights, their_weights[:COMPARED], rtol=1e-5)
        clear = weights > weights.min(initial=1.0) * (1 + 1e-5)
        if not same or not set(others[clear].tolist()) <= set(their_others.tolist()):
            raise SystemExit(f"{peer.name} finds {their_others[:COMPARED]} near {item}, and Tessella {others}")


def _whole(events: Interactions) -> Iterator[Figure]:
    """The signal as it is built for an index: sessions beside sequences, decayed, with the shrinkage."""

    def build(way: Nearest) -> Neighbours:
        window = events.window(NOW, WINDOW_DAYS)
        return neighbours_by(way, contexts_within(window, int(events.rows.max()) + 1, WINDOW_DAYS, NOW), SHRINK)

    for way, nearest_of in WAYS.items():
        yield Figure(f"covisitation: the whole signal, {way}", _seconds(build, nearest_of)[0], "s")


def _memory() -> Iterator[Figure]:
    memory = measured(items=1_000_000)
    yield Figure("covisitation: peak of the process, 1,000,000 items", memory.peak / 1e6, "MB")
    yield Figure("covisitation: the result, 1,000,000 items", memory.result / 1e6, "MB")
