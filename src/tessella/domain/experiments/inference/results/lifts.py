"""What learning, and segments, bring."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.inference.estimates.confidence_sequence import estimate
from tessella.domain.experiments.inference.estimates.gate import LEAST_EFFECTIVE, is_told_apart
from tessella.domain.experiments.inference.estimates.scores import (
    Scores,
    contrast,
    lift_between,
    lift_over_uniform,
    value_of,
)
from tessella.domain.experiments.inference.logged.logged import Logged, Numbers
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.measured import improvement, lift_said, measured
from tessella.domain.experiments.inference.results.said import BestSegment, Bounds, LiftSaid, Measured, Told
from tessella.domain.experiments.setup.metric import Goal

#: Where the variants are the two sides of the holdout.
_INSIDE, _OUTSIDE = range(2)
#: Of two policies that are known to give everybody the same.
_ALIKE: Final = LiftSaid(Told.SAME, Measured(0.0, Bounds(0.0, 0.0), 0.0, 1.0, 1.0), 0.0, Bounds(0.0, 0.0))


def lift_by_model(rows: LoggedRows, material: Material) -> LiftSaid:
    """How much more units brought, the holdout among them, than under equal weights: doubly robust."""
    logged = rows.logged
    given = logged.propensities > 0
    baseline = estimate(logged, value_of(logged, given / given.sum(axis=1, keepdims=True))).value
    return _said(logged, lift_over_uniform(logged), baseline, material)


def lift_by_holdout(rows: LoggedRows, material: Material) -> LiftSaid:
    """How much more a unit outside the holdout brought than one inside."""
    sides = _sides(rows)
    everywhere = np.ones_like(sides.propensities)
    inside = np.tile([1.0, 0.0], (len(sides.variant), 1))
    baseline = estimate(sides, value_of(sides, inside)).value
    return _said(sides, contrast(sides, _OUTSIDE, _INSIDE, everywhere), baseline, material)


def lift_of_segments(rows: LoggedRows, material: Material, among: int = 1) -> LiftSaid:
    """How much more a unit brings with the best variant of its segment than with the best one for all.

    Both are taken by what was expected before the unit was drawn, so that whichever is the best is no luck. Where they
    never differ, they bring the same if most units were drawn when it was known; else nothing is known of segments.
    """
    goal, logged = material.experiment.primary.goal, rows.logged
    given = logged.propensities > 0
    own, single = best(logged.means, given, goal), best(rows.foreknown.overall, given, goal)
    if not (own != single).any():
        return _ALIKE if _agree_knowingly(rows, goal) else LiftSaid(Told.NOT_YET_KNOWN)
    if not is_told_apart(logged, own, single):
        return LiftSaid(Told.NOT_YET_KNOWN)
    scores = lift_between(logged, own, single)
    return _said(logged, scores, estimate(logged, value_of(logged, single)).value, material, among)


def best(expected: Numbers, given: NDArray[np.bool_], goal: Goal) -> Numbers:
    """All on the variant that is expected to be the best one of those that are given: shape (rows, variants)."""
    chosen: Numbers = np.eye(expected.shape[1])[np.where(given, _turned(expected, goal), -np.inf).argmax(axis=1)]
    return chosen


def _turned(expected: Numbers, goal: Goal) -> Numbers:
    """So that more is better."""
    return expected if goal is Goal.MAXIMISE else -expected


def _agree_knowingly(rows: LoggedRows, goal: Goal) -> bool:
    """Whether most units were drawn when something was expected of their segment alone, and one variant was the best.

    Before anything is learned all variants are alike, and so are segments that have too few units for themselves.
    """
    logged, overall = rows.logged, rows.foreknown.overall
    given = logged.propensities > 0
    is_own = (logged.means != overall).any(axis=1)
    is_clear = _is_clear(logged.means, given, goal) & _is_clear(overall, given, goal)
    knowing, everybody = logged.units[is_own & is_clear].sum(), logged.units.sum()
    return bool(knowing >= LEAST_EFFECTIVE and 2 * knowing > everybody)


def _is_clear(expected: Numbers, given: NDArray[np.bool_], goal: Goal) -> NDArray[np.bool_]:
    """Whether no other variant is expected to be as good as the best one, shape (rows,)."""
    better = np.where(given, _turned(expected, goal), -np.inf)
    clear: NDArray[np.bool_] = (better == better.max(axis=1, keepdims=True)).sum(axis=1) == 1
    return clear


def best_segment(rows: LoggedRows, material: Material) -> BestSegment | None:
    """The segment that gains most, and of those that gain alike the one that does best; None where there is one."""
    keys = sorted(set(rows.segment))
    if len(keys) == 1:
        return None
    found = [_segment_gain(rows.where(rows.segment == key), key, material, len(keys)) for key in keys]
    return max(found, key=lambda each: _gain(each, material.experiment.primary.goal), default=None)


def _segment_gain(rows: LoggedRows, key: str, material: Material, among: int) -> BestSegment:
    mean = float(rows.logged.total.sum() / rows.logged.units.sum())
    return BestSegment(key, mean, lift_of_segments(rows, material, among))


def _gain(segment: BestSegment, goal: Goal) -> tuple[float, float]:
    gained = segment.lift.lift.value if segment.lift.lift else 0.0
    return gained, segment.mean if goal is Goal.MAXIMISE else -segment.mean


def _sides(rows: LoggedRows) -> Logged:
    """What was logged, with the side of the holdout in the place of the variant."""
    known, logged = rows.foreknown, rows.logged
    means = np.stack([(side * known.means).sum(axis=1) for side in (known.uniform, known.learned)], axis=1)
    propensities = np.concatenate([known.holdout, 1 - known.holdout], axis=1)
    return replace(logged, variant=np.where(rows.in_holdout, _INSIDE, _OUTSIDE), propensities=propensities, means=means)


def _said(logged: Logged, scores: Scores, baseline: float, material: Material, among: int = 1) -> LiftSaid:
    found = measured(logged, scores, material.precision(among))
    if found is None:
        return LiftSaid(Told.NOT_YET_KNOWN)
    return lift_said(improvement(found, material.experiment.primary.goal), baseline, material.experiment.stopping.worth)
