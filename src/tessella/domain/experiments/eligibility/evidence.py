"""What rewards say of a dimension: how sure it is that segments differ, and what they would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tessella.domain.experiments.assignment.policy import Policy
from tessella.domain.experiments.eligibility.finding import LiftFound
from tessella.domain.experiments.eligibility.foreseen import Foreseen, centre, foreseen
from tessella.domain.experiments.eligibility.judged import Evidence
from tessella.domain.experiments.eligibility.levels import Levels
from tessella.domain.experiments.eligibility.oriented import as_measured
from tessella.domain.experiments.inference.estimates.confidence_sequence import estimate
from tessella.domain.experiments.inference.estimates.gate import gate, is_told_apart
from tessella.domain.experiments.inference.estimates.heterogeneity import bayes_factor, chance_of_lift
from tessella.domain.experiments.inference.estimates.scores import lift_between, value_of
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.results.lifts import best
from tessella.domain.experiments.inference.results.measured import Precision, measured
from tessella.domain.experiments.learning.cells import Grid
from tessella.domain.experiments.setup.metric import Goal, Metric


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every dimension of an experiment."""

    metric: Metric
    #: By version.
    policies: Mapping[int, Policy]
    #: The variants that may be given, by position.
    variants: tuple[int, ...]
    #: Intervals are narrowest when so many units are known.
    planned_units: float
    #: Which share of a unit's reward a lift has to be to be worth having.
    worth: float
    #: How many dimensions are looked at: a lift's interval is so wide that all hold together.
    among: int = 1


def evidence_of(levels: Levels, asked: Question, random: np.random.Generator) -> Evidence:
    """The Bayes factor, the chance of a lift, and the lift. `levels` are oriented, see `oriented`; they hold units."""
    cells, reward = levels.cells(), asked.metric.reward
    middle = centre(cells, reward)
    average = as_measured(float(cells.total.sum() / cells.units.sum()), asked.metric)
    least = asked.worth * abs(average)
    return Evidence(
        bayes_factor=bayes_factor(cells, reward, middle),
        chance=chance_of_lift(cells, reward, middle, least, random),
        lift=_lift(levels, asked),
    )


def _lift(levels: Levels, asked: Question) -> LiftFound | None:
    """Doubly robust: a best variant in each level against one for all, both by what was foreseen."""
    expected = foreseen(levels, asked.metric.reward)
    logged = _logged(levels, asked, expected)
    if not expected.is_known.any() or not gate(logged, asked.variants, asked.metric.reward).is_complete:
        return None
    may = logged.propensities > 0
    segmented, single = (
        best(each[expected.is_known], may, Goal.MAXIMISE) for each in (expected.here, expected.overall)
    )
    if not is_told_apart(logged, segmented, single, asked.metric.reward):
        return None
    scores, precision = lift_between(logged, segmented, single), Precision(asked.planned_units, asked.among)
    found = measured(logged, scores, precision)
    if found is None:
        return None
    baseline = as_measured(estimate(logged, value_of(logged, single)).value, asked.metric)
    return LiftFound(found.value, found.standard_error, found.interval.low, found.interval.high, baseline)


def _logged(levels: Levels, asked: Question, expected: Foreseen) -> Logged:
    """Only rows of which something was foreseen: before, both policies are the same guess."""
    told, rows = levels.counted.where(expected.is_known), expected.is_known
    return Logged(
        told.variant, told.units, told.rewarded, told.total, told.squares, propensities(levels, asked)[rows],
        expected.here[rows],
    )  # fmt: skip


def propensities(levels: Levels, asked: Question) -> Grid:
    """How likely each variant was for the units of each row, shape (rows, variants)."""
    told = levels.counted
    pairs = list(zip(told.version.tolist(), told.segment, strict=True))
    known = {pair: asked.policies[pair[0]].propensities(pair[1]) for pair in set(pairs)}
    return np.array([known[pair] for pair in pairs]).reshape(-1, levels.variants)
