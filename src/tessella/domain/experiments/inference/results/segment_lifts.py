"""What a variant for each segment brings."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.inference.estimates.confidence_sequence import estimate
from tessella.domain.experiments.inference.estimates.gate import LEAST_EFFECTIVE, LEAST_OF_EACH, is_told_apart
from tessella.domain.experiments.inference.estimates.scores import lift_between, value_of
from tessella.domain.experiments.inference.logged.logged import Numbers
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.lifts import best, lift_told, turned
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.said import (
    BestSegment,
    Bounds,
    ComparisonOutcome,
    EstimateSaid,
    LiftSaid,
)
from tessella.domain.experiments.segmentation.key import EVERYBODY
from tessella.domain.experiments.setup.metric import Goal

#: Of two policies that are known to give everybody the same.
_ALIKE: Final = LiftSaid(
    ComparisonOutcome.SAME, EstimateSaid(0.0, Bounds(0.0, 0.0), 0.0, 1.0, 1.0), 0.0, Bounds(0.0, 0.0)
)
_UNKNOWINGLY: Final = LiftSaid(
    ComparisonOutcome.NOT_YET_KNOWN,
    waits_for="Most units were given their variants when nothing set segments apart: later ones will tell.",
)
_NOT_APART: Final = LiftSaid(
    ComparisonOutcome.NOT_YET_KNOWN,
    waits_for="Where a segment's best variant is not the best one for all, each of the two needs "
    f"{LEAST_OF_EACH} rewarded units, and as many unrewarded ones unless rewards are amounts, counted as so many that "
    "were equally likely.",
)
_ONE_SEGMENT: Final = LiftSaid(
    ComparisonOutcome.NOT_YET_KNOWN,
    waits_for="All units whose rewards have come are in one segment: there is nothing to compare.",
)


def lift_of_segments(rows: LoggedRows, material: Material) -> LiftSaid:
    """How much more a unit brings with the best variant of its segment than with the best one for all.

    Both are taken by what was expected before the unit was drawn, so that whichever is the best is no luck. Where they
    never differ, they bring the same if most units were drawn when it was known; else nothing is known of segments.
    """
    return _lift_by_own(rows, material) if len(set(rows.segment)) > 1 else _ONE_SEGMENT


def _lift_by_own(rows: LoggedRows, material: Material, among: int = 1) -> LiftSaid:
    metric, logged = material.experiment.primary, rows.logged
    given, goal = logged.propensities > 0, metric.goal
    own, single = best(logged.means, given, goal), best(rows.foreknown.overall, given, goal)
    if not (own != single).any():
        return _ALIKE if _agree_knowingly(rows, goal) else _UNKNOWINGLY
    if not is_told_apart(logged, own, single, metric.reward):
        return _NOT_APART
    scores = lift_between(logged, own, single)
    return lift_told(logged, scores, estimate(logged, value_of(logged, single)).value, material, among)


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
    better = np.where(given, turned(expected, goal), -np.inf)
    clear: NDArray[np.bool_] = (better == better.max(axis=1, keepdims=True)).sum(axis=1) == 1
    return clear


def best_segment(rows: LoggedRows, material: Material) -> BestSegment | None:
    """The segment that gains most, and of those that gain alike the one that does best; None while no gain is known.

    Units that were assigned without segments are in none.
    """
    if len(set(rows.segment)) == 1:
        return None
    keys = sorted(set(rows.segment[rows.logged.units > 0]) - {EVERYBODY})
    found = [_segment_gain(rows.where(rows.segment == key), key, material, len(keys)) for key in keys]
    known = [each for each in found if each.lift.lift is not None]
    return max(known, key=lambda each: _gain(each, material.experiment.primary.goal), default=None)


def _segment_gain(rows: LoggedRows, key: str, material: Material, among: int) -> BestSegment:
    mean = float(rows.logged.total.sum() / rows.logged.units.sum())
    return BestSegment(key, mean, _lift_by_own(rows, material, among))


def _gain(segment: BestSegment, goal: Goal) -> tuple[float, float]:
    gained = segment.lift.lift.value if segment.lift.lift else 0.0
    return gained, segment.mean if goal is Goal.MAXIMISE else -segment.mean
