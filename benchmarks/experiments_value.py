"""The `experiments_value` benchmark: what segments bring, by how many units come and how much segments differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
import numpy as np

from benchmarks.experiments_judge import SEGMENTS, Judge
from benchmarks.experiments_log import Log
from benchmarks.experiments_plan import Plan
from benchmarks.experiments_replicates import repeated
from benchmarks.experiments_truths import Truth, logistic_normal
from benchmarks.experiments_world import World
from benchmarks.figure import Figure

DAYS: Final = 28
#: Units a day.
TIERS: Final[Mapping[str, int]] = {"below 1,000": 500, "1,000-5,000": 3_000, "5,000-10,000": 7_500, "more": 20_000}
#: Standard deviations of effects between segments, as logits: 0.3 is by a third up or down.
SPREADS: Final = (0.0, 0.1, 0.3, 0.6)
SEED: Final = 2213
_TIMES: Final = 10


class Brought(msgspec.Struct, frozen=True):
    """One world, run with segments and without, and with all variants alike."""

    segmented: float
    together: float
    uniform: float
    is_confirmed: bool


def run() -> Iterator[Figure]:
    """How much more is brought in 28 days with segments than without, simulated: four variants, eight segments."""
    for tier, daily in TIERS.items():
        for spread in SPREADS:
            name = f"{tier} a day, segments differ by {spread:g}"
            yield from figures(name, repeated(_TIMES, SEED, lambda random: brought(daily, spread, random)))  # noqa: B023  it is called at once


def brought(daily: int, spread: float, random: np.random.Generator) -> Brought:
    """By what units would bring on average, so that chance rewards play no part."""
    truth = logistic_normal(main=0.12, interaction=spread)(random)
    seed = int(random.integers(1 << 32))
    ours, is_confirmed = _run(truth, daily, seed, is_segmented=True)
    plain, _ = _run(truth, daily, seed, is_segmented=False)
    return Brought(ours, plain, daily * DAYS * float(truth.shares @ truth.values(0).mean(axis=1)), is_confirmed)


def _run(truth: Truth, daily: int, seed: int, *, is_segmented: bool) -> tuple[float, bool]:
    plan = Plan(units=daily * DAYS, batch=max(daily // 24, 50), is_segmented=is_segmented)
    world = World(truth, plan, np.random.default_rng(seed))
    judge = Judge(world, Log(world))
    for _ in world.run():
        if world.counting.mature():
            judge.watch()
    judge.look(plan.units)
    counts = sum(each.counts.sum(axis=0) for each in world.counting.batches)
    confirmed = SEGMENTS in judge.fared and judge.fared[SEGMENTS].found_at is not None
    return float((counts * truth.values(0)).sum()), confirmed


def figures(name: str, found: list[Brought]) -> Iterator[Figure]:
    """What segments brought, on average and in the tenths of worlds at either end."""
    more = [100 * (each.segmented / each.together - 1) for each in found]
    learned = [100 * (each.segmented / each.uniform - 1) for each in found]
    low, high = np.quantile(more, (0.1, 0.9))
    yield Figure(f"{name}: more than without segments", float(np.mean(more)), "%")
    yield Figure(f"{name}: the same, standard error", float(np.std(more, ddof=1) / len(more) ** 0.5), "%")
    yield Figure(f"{name}: the same, in the tenth of worlds with the least", float(low), "%")
    yield Figure(f"{name}: the same, in the tenth of worlds with the most", float(high), "%")
    yield Figure(f"{name}: more than all variants alike", float(np.mean(learned)), "%")
    yield Figure(f"{name}: confirmed by its interval", float(np.mean([each.is_confirmed for each in found])), "")
