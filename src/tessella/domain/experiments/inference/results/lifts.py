"""What learning, and segments, bring."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.inference.estimates.confidence_sequence import estimate
from tessella.domain.experiments.inference.estimates.gate import is_told_apart
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
from tessella.domain.experiments.inference.results.said import BestSegment, LiftSaid, Told
from tessella.domain.experiments.setup.metric import Goal

#: Where the variants are the two sides of the holdout.
_INSIDE, _OUTSIDE = range(2)


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

    Both are taken by what was expected before the unit was drawn, so that whichever is the best is no luck.
    """
    goal, logged = material.experiment.primary.goal, rows.logged
    given = logged.propensities > 0
    own, single = best(logged.means, given, goal), best(rows.foreknown.overall, given, goal)
    if not is_told_apart(logged, own, single):
        return LiftSaid(Told.NOT_YET_KNOWN)
    scores = lift_between(logged, own, single)
    return _said(logged, scores, estimate(logged, value_of(logged, single)).value, material, among)


def best(expected: Numbers, given: NDArray[np.bool_], goal: Goal) -> Numbers:
    """All on the variant that is expected to be the best one of those that are given: shape (rows, variants)."""
    better = expected if goal is Goal.MAXIMISE else -expected
    chosen: Numbers = np.eye(expected.shape[1])[np.where(given, better, -np.inf).argmax(axis=1)]
    return chosen


def best_segment(rows: LoggedRows, material: Material) -> BestSegment | None:
    """The segment that gains most, and of those that gain alike the one that brings most; None where there is one."""
    keys = sorted(set(rows.segment))
    if len(keys) == 1:
        return None
    found = [_segment_gain(rows.where(rows.segment == key), key, material, len(keys)) for key in keys]
    return max(found, key=_gain, default=None)


def _segment_gain(rows: LoggedRows, key: str, material: Material, among: int) -> BestSegment:
    mean = float(rows.logged.total.sum() / rows.logged.units.sum())
    return BestSegment(key, mean, lift_of_segments(rows, material, among))


def _gain(segment: BestSegment) -> tuple[float, float]:
    return (segment.lift.lift.value if segment.lift.lift else 0.0, segment.mean)


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
