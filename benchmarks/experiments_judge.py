"""Whether intervals cover what is true of a simulated experiment, at every refresh of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.experiments_truths import Numbers
from benchmarks.experiments_world import Log, World
from tessella.domain.experiments.inference.estimates.gate import NOTHING, Opened, gate, is_told_apart
from tessella.domain.experiments.inference.estimates.scores import (
    Scores,
    contrast,
    lift_between,
    lift_over_uniform,
    unweighted,
)
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.lifts import best
from tessella.domain.experiments.inference.results.measured import Precision, measured
from tessella.domain.experiments.inference.results.said import Measured

WEIGHTED: Final = "stabilised"
PLAIN: Final = "unweighted"
UNIFORM: Final = "lift over uniform"
SEGMENTS: Final = "lift of segments"
HOLDOUT_ONLY: Final = "holdout only"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question about rows: how a unit is scored, and what a unit of each row would really bring."""

    logged: Logged
    scores: Scores
    truth: Numbers
    among: int = 1

    def answer(self, planned_units: float) -> tuple[Measured | None, float]:
        """What is said, and what is true of the same units, weighted as they are."""
        counts = self.scores.weight * self.logged.units
        truth = float((counts * self.truth).sum() / counts.sum()) if counts.sum() else 0.0
        return measured(self.logged, self.scores, Precision(planned_units, self.among)), truth


@dataclass(slots=True)
class Covered:
    """How one question fared over an experiment: of several contrasts, all have to be covered."""

    always: bool = True
    at_end: bool = True
    width: float = 0.0
    found_at: int | None = None


@dataclass(slots=True)
class Judge:
    """Looks at a world at every refresh from the first on at which every variant may be compared."""

    world: World
    log: Log
    fared: dict[str, Covered] = field(default_factory=dict)
    opened: Opened = NOTHING

    def look(self, units: int) -> None:
        """Ask everything now."""
        rows = self.log.read()
        variants = range(rows.logged.variants)
        found = gate(rows.logged, variants, self.world.experiment.primary.reward, self.opened)
        self.opened = found.opened
        if not found.is_complete:
            return
        for name, asked in self._asked(rows).items():
            answers = [each.answer(self.world.plan.units) for each in asked]
            self._note(self.fared.setdefault(name, Covered()), answers, units)

    def _asked(self, rows: LoggedRows) -> Mapping[str, list[Asked]]:
        values, others = self.log.values, range(1, rows.logged.variants)
        if values is None:
            return {}
        inside = rows.of_side(in_holdout=True)
        return {
            WEIGHTED: [_contrast(rows, values, each, _as_is) for each in others],
            PLAIN: [_contrast(rows, values, each, unweighted) for each in others],
            HOLDOUT_ONLY: [_contrast(inside, values[rows.in_holdout], each, _as_is) for each in others],
            UNIFORM: [_uniform(rows, values)],
            SEGMENTS: _segments(rows, values, self.world),
        }

    def _note(self, fared: Covered, answers: list[tuple[Measured | None, float]], units: int) -> None:
        if not answers:
            return
        known = [(said.interval, truth) for said, truth in answers if said is not None]
        fared.at_end = all(bounds.low - 1e-12 <= truth <= bounds.high + 1e-12 for bounds, truth in known)
        fared.always = fared.always and fared.at_end
        fared.width = float(np.mean([bounds.high - bounds.low for bounds, _ in known]))
        if fared.found_at is None and any(bounds.low > 0 for bounds, _ in known):
            fared.found_at = units


def judged(world: World) -> Judge:
    """Run a world to its end, and look at every refresh from the second on."""
    judge = Judge(world, Log(world))
    for units in world.run():
        if world.mature():
            judge.look(units)
    return judge


def _contrast(rows: LoggedRows, values: Numbers, variant: int, weighted: Callable[[Scores], Scores]) -> Asked:
    scores = weighted(contrast(rows.logged, variant, 0, rows.foreknown.variances))
    return Asked(rows.logged, scores, values[:, variant] - values[:, 0], rows.logged.variants - 1)


def _uniform(rows: LoggedRows, values: Numbers) -> Asked:
    given = rows.logged.propensities - 1 / rows.logged.variants
    return Asked(rows.logged, lift_over_uniform(rows.logged), (given * values).sum(axis=1))


def _segments(rows: LoggedRows, values: Numbers, world: World) -> list[Asked]:
    """Nothing where nothing would be told."""
    metric = world.experiment.primary
    given = rows.logged.propensities > 0
    own, single = best(rows.logged.means, given, metric.goal), best(rows.foreknown.overall, given, metric.goal)
    if not is_told_apart(rows.logged, own, single):
        return []
    return [Asked(rows.logged, lift_between(rows.logged, own, single), ((own - single) * values).sum(axis=1))]


def _as_is(scores: Scores) -> Scores:
    return scores
