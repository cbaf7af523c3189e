"""The `experiments_inference` benchmark: how often what is said of an experiment is true, and how soon it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.experiments_alarms import low_segments_flagged, sample_ratio_alarms
from benchmarks.experiments_judge import HOLDOUT_ONLY, PLAIN, SEGMENTS, UNIFORM, WEIGHTED
from benchmarks.experiments_plan import Plan
from benchmarks.experiments_replicates import average, repeated, share
from benchmarks.experiments_seen import Seen, seen, seen_with_evidence
from benchmarks.experiments_truths import NONE, STRONG, Truth, jumping, logistic_normal, worth
from benchmarks.figure import Figure, Goal

Drawn = Callable[[np.random.Generator], Truth]

SEED: Final = 2211
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


_PLAN: Final = Plan(stops=(10_000,))
_TOGETHER: Final = replace(_PLAN, is_segmented=False)
#: Strong differences between segments, or none: run with segments, and while there are none yet.
DIFFERING: Final[Mapping[str, tuple[Drawn, Plan]]] = {
    "strong differences": (STRONG, _PLAN),
    "strong differences, no segments yet": (STRONG, _TOGETHER),
}
ALIKE: Final[Mapping[str, tuple[Drawn, Plan]]] = {
    "no differences": (NONE, _PLAN),
    "no differences, no segments yet": (NONE, _TOGETHER),
}
#: Two variants that are alike, or not; then other sizes and laws.
OTHERS: Final[Mapping[str, tuple[Drawn, Plan]]] = {
    "2 variants that are alike": (logistic_normal(0.0, 0.0, variants=2), _PLAN),
    "2 variants that are alike, drifting": (drifting(logistic_normal(0.0, 0.0, variants=2)), _PLAN),
    "2 variants, drifting": (drifting(logistic_normal(0.25, 0.0, variants=2)), _PLAN),
    "strong differences, drifting": (drifting(STRONG), _PLAN),
    "3 segments": (logistic_normal(0.12, 0.30, segments=3), _PLAN),
    "20 segments": (logistic_normal(0.12, 0.30, segments=20), _PLAN),
    "10 variants": (logistic_normal(0.12, 0.30, variants=10), _PLAN),
    "rates that jump": (jumping(), _PLAN),
    "amounts": (worth(STRONG, 30.0), _PLAN),
    "rewards within 16 batches, drifting": (drifting(STRONG), Plan(batch=1_000, growth=0.0, window=16)),
}


def run() -> Iterator[Figure]:
    """How often intervals hold at every look, and how often alarms and segments are found, and found in vain."""
    for name, (draw, plan) in (DIFFERING | ALIKE).items():
        found = repeated(_USUAL, SEED, lambda random: seen_with_evidence(draw(random), plan, random))  # noqa: B023  it is called at once
        yield from covered(name, found)
        yield from segments_found(name, found)
    for name, (draw, plan) in OTHERS.items():
        yield from covered(name, repeated(_USUAL, SEED, lambda random: seen(draw(random), plan, random)))  # noqa: B023  it is called at once
    yield from sample_ratio_alarms(ALARMS, LOSS_FOUND)
    yield from low_segments_flagged(ALARMS)


def covered(name: str, found: Sequence[Seen]) -> Iterator[Figure]:
    """Of the worlds in which something was told: in which share it was true at every look, and how wide it was."""
    for question in (WEIGHTED, PLAIN, UNIFORM, SEGMENTS):
        known = [each.fared[question] for each in found if question in each.fared]
        if len(known) < 2:
            continue
        goal = Goal("value", ">=", COVERAGE)
        yield from share(f"{name}: {question}, covered at every look", [each.always for each in known], goal)
        yield from average(f"{name}: {question}, width at the end", [each.width for each in known], "")
        yield Figure(f"{name}: {question}, units when half were told", float(np.median([e.told_at for e in known])), "")
        yield from share(f"{name}: {question}, above 0 by the end", [each.found_at is not None for each in known])
    both = [
        (each.fared[WEIGHTED].width, each.fared[HOLDOUT_ONLY].width) for each in found if HOLDOUT_ONLY in each.fared
    ]
    narrower = [ours / alone for ours, alone in both]
    yield from average(f"{name}: width by that of the holdout alone", narrower, "x", Goal("value", "<=", WIDTH))


def segments_found(name: str, found: Sequence[Seen]) -> Iterator[Figure]:
    """How often evidence for differences between segments was enough, where there are some and where there are none."""
    at = [each.found_at for each in found]
    if name in ALIKE:
        ever = [each is not None for each in at]
        yield from share(f"{name}: segments found in vain", ever, Goal("value", "<=", FALSE_POSITIVES))
        return
    for units, least in POWER.items():
        by_then = [each is not None and each <= units for each in at]
        yield from share(f"{name}: segments found by {units:,} units", by_then, Goal("value", ">=", least))
