"""The `experiments_regret` benchmark: what is lost while it is learned what works for whom, beside other ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np

from benchmarks.experiments_judge import Judge
from benchmarks.experiments_log import Log
from benchmarks.experiments_plan import Plan
from benchmarks.experiments_policies import PEERS, IndependentThompson, LinearThompson, Made, lost_by
from benchmarks.experiments_replicates import ratio, repeated
from benchmarks.experiments_truths import KINDS, STRONG, Truth, jumping, logistic_normal, worth
from benchmarks.experiments_world import Lost, World
from benchmarks.figure import Figure, Goal

Drawn = Callable[[np.random.Generator], Truth]

SEED: Final = 2212
SHORT: Final = Plan(units=10_000, batch=100)
LONG: Final = Plan(units=200_000, batch=100, stops=(10_000, 50_000))
INDEPENDENT: Final = "independent Thompson sampling"
PUBLISHED: Final = "LinTS with alpha 1 as it was published"
#: Other ways that are run in every world.
BESIDE: Final[Mapping[str, Made]] = {INDEPENDENT: IndependentThompson, PUBLISHED: LinearThompson}
#: The most that may be lost, as a share of what independent Thompson sampling loses on 10,000 units.
GOALS: Final[Mapping[str, float]] = {"strong": 1.05, "weak": 0.80, "none": 0.80}
#: The same of what LinTS loses on 200,000.
AGAINST_LINTS: Final = 0.45
#: Worlds of other sizes and laws, and rewards that come late: nothing was tuned on them.
OTHERS: Final[Mapping[str, tuple[Drawn, Plan]]] = {
    "3 segments": (logistic_normal(0.12, 0.30, segments=3), SHORT),
    "20 segments": (logistic_normal(0.12, 0.30, segments=20), SHORT),
    "2 variants": (logistic_normal(0.12, 0.30, variants=2), SHORT),
    "10 variants": (logistic_normal(0.12, 0.30, variants=10), SHORT),
    "rates that jump": (jumping(), SHORT),
    "amounts": (worth(STRONG, 30.0), SHORT),
    "rewards within 16 batches": (STRONG, replace(SHORT, batch=250, growth=0.0, window=16)),
}
_USUAL: Final = 20
#: Libraries take a minute a world.
_PEERS: Final = 2


class Losses(msgspec.Struct, frozen=True):
    """What was lost in one world, by the number of units: by us, and by other ways by their name."""

    ours: Mapping[int, Lost]
    others: Mapping[str, Mapping[int, float]]


def run() -> Iterator[Figure]:
    """Conversions lost by learning, with the holdout and the floor on, as a share of what other ways lose."""
    for kind, draw in KINDS.items():
        yield from long_figures(kind, repeated(_USUAL, SEED, lambda random: losses(draw, LONG, BESIDE, random)))  # noqa: B023  it is called at once
    for other, (draw, plan) in OTHERS.items():
        found = repeated(_USUAL, SEED, lambda random: losses(draw, plan, BESIDE, random))  # noqa: B023  it is called at once
        yield from figures(f"strong differences, {other}", found, plan.units, INDEPENDENT)
    for kind, draw in KINDS.items():
        yield from peer_figures(kind, repeated(_PEERS, SEED, lambda random: losses(draw, LONG, PEERS, random)))  # noqa: B023  it is called at once


def losses(draw: Drawn, plan: Plan, beside: Mapping[str, Made], random: np.random.Generator) -> Losses:
    """Of a world drawn by `random`: the same one whatever runs beside us. Others never wait for more than a batch."""
    ours, theirs = random.spawn(2)
    world = World(draw(ours), plan, ours)
    judge = Judge(world, Log(world))
    for _ in world.run():
        if world.counting.mature():
            judge.watch()
    seed = int(theirs.integers(1 << 32))
    known = {
        name: lost_by(made, world.truth, replace(plan, window=1), np.random.default_rng(seed))
        for name, made in beside.items()
    }
    return Losses(world.lost, known)


def long_figures(kind: str, found: Sequence[Losses]) -> Iterator[Figure]:
    """Of differences of one kind."""
    name = f"{kind} differences"
    for units in (*LONG.stops, LONG.units):
        goal = Goal("value", "<=", GOALS[kind]) if units == SHORT.units else None
        yield from figures(name, found, units, INDEPENDENT, goal)
    yield from figures(name, found, LONG.units, PUBLISHED, Goal("value", "<=", AGAINST_LINTS))
    yield from _parts(name, found)


def peer_figures(kind: str, found: Sequence[Losses]) -> Iterator[Figure]:
    """Of differences of one kind, beside libraries."""
    for peer in PEERS:
        goal = Goal("value", "<=", AGAINST_LINTS) if "LinTS" in peer else None
        yield from figures(f"{kind} differences", found, LONG.units, peer, goal)


def figures(name: str, found: Sequence[Losses], units: int, other: str, goal: Goal | None = None) -> Iterator[Figure]:
    """What is lost on so many units, by what another way loses."""
    ours, theirs = [each.ours[units].total for each in found], [each.others[other][units] for each in found]
    yield from ratio(f"{name}, {units:,} units, by {other}", ours, theirs, goal)


def _parts(name: str, found: Sequence[Losses]) -> Iterator[Figure]:
    at_end = [each.ours[LONG.units] for each in found]
    total = sum(each.total for each in at_end)
    yield Figure(f"{name}, {LONG.units:,} units, lost", total / len(at_end), "rewards")
    yield Figure(f"{name}, the same, by the holdout", sum(each.in_holdout for each in at_end) / total, "")
    yield Figure(f"{name}, the same, by the floor", sum(each.by_floor for each in at_end) / total, "")
