"""The `experiments_regret` benchmark: what is lost while it is learned what works for whom, beside other ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.experiments_policies import PEERS, IndependentThompson, Made, lost_by
from benchmarks.experiments_replicates import ratio, repeated
from benchmarks.experiments_truths import KINDS, STRONG, Truth, jumping, logistic_normal, worth
from benchmarks.experiments_world import Plan, World
from benchmarks.figure import Figure, Goal

Drawn = Callable[[np.random.Generator], Truth]

_SEED: Final = 11
_SHORT: Final = Plan(units=10_000, batch=100)
_LONG: Final = Plan(units=200_000, batch=1_000)
#: The most that may be lost, as a share of what independent Thompson sampling loses on 10,000 units.
GOALS: Final[Mapping[str, float]] = {"strong": 1.05, "weak": 0.80, "none": 0.80}
#: The same of what LinTS loses on 200,000.
AGAINST_LINTS: Final = 0.45
#: Worlds of other sizes and laws, and rewards that come late: nothing was tuned on them.
OTHERS: Final[Mapping[str, tuple[Drawn, Plan]]] = {
    "3 segments": (logistic_normal(0.12, 0.30, segments=3), _SHORT),
    "20 segments": (logistic_normal(0.12, 0.30, segments=20), _SHORT),
    "2 variants": (logistic_normal(0.12, 0.30, variants=2), _SHORT),
    "10 variants": (logistic_normal(0.12, 0.30, variants=10), _SHORT),
    "rates that jump": (jumping(), _SHORT),
    "amounts": (worth(STRONG, 30.0), _SHORT),
    "rewards within 16 batches": (STRONG, replace(_SHORT, window=16)),
}


def run() -> Iterator[Figure]:
    """Conversions lost by learning, with the holdout and the floor on, as a share of what other ways lose."""
    for kind, draw in KINDS.items():
        name = f"{kind} differences, 10,000 units, by independent Thompson sampling"
        yield from _figures(name, 30, draw, _SHORT, IndependentThompson, Goal("value", "<=", GOALS[kind]))
    for other, (draw, plan) in OTHERS.items():
        name = f"strong differences, {other}, 10,000 units, by independent Thompson sampling"
        yield from _figures(name, 15, draw, plan, IndependentThompson)
    for peer, made in PEERS.items():
        for kind, draw in KINDS.items():
            goal = Goal("value", "<=", AGAINST_LINTS) if "LinTS" in peer else None
            yield from _figures(f"{kind} differences, 200,000 units, by {peer}", 4, draw, _LONG, made, goal)


def _figures(
    name: str,
    times: int,
    draw: Callable[[np.random.Generator], Truth],
    plan: Plan,
    made: Made,
    goal: Goal | None = None,
) -> Iterator[Figure]:
    pairs = repeated(times, _SEED, lambda random: lost(draw(random), plan, made, random))
    yield from ratio(name, [ours for ours, _ in pairs], [theirs for _, theirs in pairs], goal)


def lost(truth: Truth, plan: Plan, made: Made, random: np.random.Generator) -> tuple[float, float]:
    """By us, and by another way in the same world. The other one never waits for more than a batch."""
    world = World(truth, plan, random)
    for _ in world.run():
        pass
    return world.lost, lost_by(made, truth, replace(plan, window=1), random)[plan.units]
