"""From scores to what is said: a value, an interval that holds at any time, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.experiments.inference.estimates.confidence_sequence import ALPHA, Estimate, estimate
from tessella.domain.experiments.inference.estimates.scores import Scores
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.results.said import Bounds, ComparisonOutcome, EstimateSaid, LiftSaid
from tessella.domain.experiments.setup.metric import Goal

#: A larger share of a baseline says nothing of it: it is a share of about 0.
_MOST_SHARE: Final = 1e12


@dataclass(frozen=True, slots=True)
class Precision:
    """How intervals are made."""

    #: They are narrowest when so many units are known.
    planned_units: float
    #: How many of them are looked at together.
    among: int = 1

    @property
    def alpha(self) -> float:
        """How often one of them may miss."""
        return ALPHA / self.among


def measured(logged: Logged, scores: Scores, precision: Precision) -> EstimateSaid | None:
    """What scores say; None where no unit counts, or where they do not vary: then nothing tells how sure they are."""
    found = estimate(logged, scores)
    units = float(logged.units[scores.weight > 0].sum())
    if not units or not found.variation:
        return None
    return said(found, precision, planned=found.variation * precision.planned_units / units)


def said(found: Estimate, precision: Precision, planned: float) -> EstimateSaid:
    """An estimate with its interval, narrowest at the variation `planned`."""
    interval = found.sequence(planned, precision.alpha)
    evidence = found.evidence(planned, precision.alpha)
    bounds = Bounds(interval.low, interval.high)
    return EstimateSaid(found.value, bounds, found.standard_error, evidence, min(1.0, 1 / evidence))


def improvement(difference: EstimateSaid, goal: Goal) -> EstimateSaid:
    """A difference turned so that more is better."""
    if goal is Goal.MAXIMISE:
        return difference
    bounds = Bounds(-difference.interval.high, -difference.interval.low)
    return EstimateSaid(-difference.value, bounds, difference.standard_error, difference.evidence, difference.p)


def lift_said(lift: EstimateSaid, baseline: float, worth: float) -> LiftSaid:
    """A lift over something that brings `baseline` a unit; less than the share `worth` of that does not matter."""
    told, whole = told_of(lift.interval, worth * abs(baseline)), abs(baseline)
    if whole * _MOST_SHARE <= max(-lift.interval.low, lift.interval.high):
        return LiftSaid(told, lift)
    share_interval = Bounds(lift.interval.low / whole, lift.interval.high / whole)
    return LiftSaid(told, lift, lift.value / whole, share_interval)


def told_of(interval: Bounds, matters: float) -> ComparisonOutcome:
    """In a word, where `matters` is the least amount that does."""
    if interval.low > 0:
        return ComparisonOutcome.BETTER
    if interval.high < 0:
        return ComparisonOutcome.WORSE
    return ComparisonOutcome.SAME if max(-interval.low, interval.high) <= matters else ComparisonOutcome.UNCLEAR
