"""The `experiments_inference` benchmark: how often what is said of an experiment is true, and how soon it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.experiments_alarms import low_segments_flagged, sample_ratio_alarms
from benchmarks.experiments_evidence import found_by
from benchmarks.experiments_judge import HOLDOUT_ONLY, PLAIN, SEGMENTS, UNIFORM, WEIGHTED, Covered, judged
from benchmarks.experiments_replicates import average, repeated, share
from benchmarks.experiments_truths import NONE, STRONG, Truth, jumping, logistic_normal, worth
from benchmarks.experiments_world import Plan, World
from benchmarks.figure import Figure, Goal

Drawn = Callable[[np.random.Generator], Truth]

_SEED: Final = 7
_USUAL: Final = 40
COVERAGE: Final = 0.94
#: The width of the interval by that of one from the holdout alone.
WIDTH: Final = 0.60
FALSE_POSITIVES: Final = 0.05
POWER: Final[Mapping[int, float]] = {10_000: 0.60, 50_000: 0.95}
ALARMS: Final = 0.01
LOSS_FOUND: Final = 0.98


def drifting(draw: Drawn) -> Drawn:
    """The same, where all rates swing by 0.8 as logits while it runs."""
    return lambda random: replace(draw(random), drift=0.8)


#: Two variants that are alike, or not; then more of everything.
SCENARIOS: Final[Mapping[str, tuple[Drawn, Plan]]] = {
    "2 variants that are alike": (logistic_normal(0.0, 0.0, variants=2), Plan()),
    "2 variants that are alike, drifting": (drifting(logistic_normal(0.0, 0.0, variants=2)), Plan()),
    "2 variants, drifting": (drifting(logistic_normal(0.25, 0.0, variants=2)), Plan()),
    "strong differences": (STRONG, Plan()),
    "strong differences, drifting": (drifting(STRONG), Plan()),
    "no differences": (NONE, Plan()),
    "3 segments": (logistic_normal(0.12, 0.30, segments=3), Plan()),
    "20 segments": (logistic_normal(0.12, 0.30, segments=20), Plan()),
    "10 variants": (logistic_normal(0.12, 0.30, variants=10), Plan()),
    "rates that jump": (jumping(), Plan()),
    "amounts": (worth(STRONG, 30.0), Plan()),
    "rewards within 16 batches, drifting": (drifting(STRONG), Plan(window=16)),
}


def run() -> Iterator[Figure]:
    """How often intervals hold at every look, and how often alarms and segments are found, and found in vain."""
    for name, (draw, plan) in SCENARIOS.items():
        fared = repeated(_USUAL, _SEED, lambda random: judged(World(draw(random), plan, random)).fared)  # noqa: B023  it is called at once
        yield from _covered(name, fared)
    yield from _segments_found()
    yield from sample_ratio_alarms(ALARMS, LOSS_FOUND)
    yield from low_segments_flagged(ALARMS)


def _covered(name: str, fared: list[dict[str, Covered]]) -> Iterator[Figure]:
    for question in (WEIGHTED, PLAIN, UNIFORM, SEGMENTS):
        known = [each[question] for each in fared if question in each]
        goal = Goal("value", ">=", COVERAGE)
        yield from share(f"{name}: {question}, covered at every look", [each.always for each in known], goal)
        yield from average(f"{name}: {question}, width at the end", [each.width for each in known], "")
    both = [(each[WEIGHTED].width, each[HOLDOUT_ONLY].width) for each in fared if HOLDOUT_ONLY in each]
    narrower = float(np.mean([ours / alone for ours, alone in both]))
    yield Figure(f"{name}: width by that of the holdout alone", narrower, "x", goal=Goal("value", "<=", WIDTH))


def _segments_found() -> Iterator[Figure]:
    for is_segmented in (True, False):
        run_as = "run with segments" if is_segmented else "run without"
        plan = Plan(is_segmented=is_segmented)
        none = repeated(_USUAL, _SEED, lambda random: found_by(World(NONE(random), plan, random)))  # noqa: B023  called at once
        strong = repeated(_USUAL, _SEED, lambda random: found_by(World(STRONG(random), plan, random)))  # noqa: B023  called at once
        ever = [each is not None for each in none]
        yield from share(f"segments found where there are none, {run_as}", ever, Goal("value", "<=", FALSE_POSITIVES))
        for units, least in POWER.items():
            by_then = [each is not None and each <= units for each in strong]
            yield from share(f"segments found by {units:,} units, {run_as}", by_then, Goal("value", ">=", least))
