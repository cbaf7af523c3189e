"""What learning brings, and how a lift is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.inference.estimates.confidence_sequence import estimate
from tessella.domain.experiments.inference.estimates.scores import (
    Scores,
    contrast,
    lift_over_uniform,
    value_of,
)
from tessella.domain.experiments.inference.logged.logged import Logged, Numbers
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.measured import improvement, lift_said, measured
from tessella.domain.experiments.inference.results.said import ComparisonOutcome, LiftSaid
from tessella.domain.experiments.setup.metric import Goal

#: Where the variants are the two sides of the holdout.
_INSIDE, _OUTSIDE = range(2)
_NO_VARIATION: Final = LiftSaid(
    ComparisonOutcome.NOT_YET_KNOWN, waits_for="Rewards do not vary: nothing tells how sure a difference is."
)


def lift_by_model(rows: LoggedRows, material: Material) -> LiftSaid:
    """How much more units brought, the holdout among them, than under equal weights: doubly robust."""
    logged = rows.logged
    given = logged.propensities > 0
    baseline = estimate(logged, value_of(logged, given / given.sum(axis=1, keepdims=True))).value
    return lift_told(logged, lift_over_uniform(logged), baseline, material)


def lift_by_holdout(rows: LoggedRows, material: Material) -> LiftSaid:
    """How much more a unit outside the holdout brought than one inside."""
    sides = _sides(rows)
    everywhere = np.ones_like(sides.propensities)
    inside = np.tile([1.0, 0.0], (len(sides.variant), 1))
    baseline = estimate(sides, value_of(sides, inside)).value
    return lift_told(sides, contrast(sides, _OUTSIDE, _INSIDE, everywhere), baseline, material)


def best(expected: Numbers, given: NDArray[np.bool_], goal: Goal) -> Numbers:
    """All on the variant that is expected to be the best one of those that are given: shape (rows, variants)."""
    chosen: Numbers = np.eye(expected.shape[1])[np.where(given, turned(expected, goal), -np.inf).argmax(axis=1)]
    return chosen


def turned(expected: Numbers, goal: Goal) -> Numbers:
    """What is expected, so that more is better."""
    return expected if goal is Goal.MAXIMISE else -expected


def _sides(rows: LoggedRows) -> Logged:
    """What was logged, with the side of the holdout in the place of the variant."""
    known, logged = rows.foreknown, rows.logged
    means = np.stack([(side * known.means).sum(axis=1) for side in (known.uniform, known.learned)], axis=1)
    propensities = np.concatenate([known.holdout, 1 - known.holdout], axis=1)
    return replace(logged, variant=np.where(rows.in_holdout, _INSIDE, _OUTSIDE), propensities=propensities, means=means)


def lift_told(logged: Logged, scores: Scores, baseline: float, material: Material, among: int = 1) -> LiftSaid:
    """What scores of a lift over something that brings `baseline` say; one of `among` that are looked at together."""
    found = measured(logged, scores, material.precision(among))
    if found is None:
        return _NO_VARIATION
    return lift_said(improvement(found, material.experiment.primary.goal), baseline, material.experiment.stopping.worth)
