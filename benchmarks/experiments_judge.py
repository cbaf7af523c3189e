"""Whether intervals cover what is true of a simulated experiment, at every refresh of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np

from benchmarks.experiments_log import Log
from benchmarks.experiments_truths import Numbers
from benchmarks.experiments_world import World
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
from tessella.domain.experiments.inference.results.said import EstimateSaid

WEIGHTED: Final = "stabilised"
PLAIN: Final = "unweighted"
UNIFORM: Final = "lift over uniform"
SEGMENTS: Final = "lift of segments"
HOLDOUT_ONLY: Final = "holdout only"
#: Bounds may be off by so much that floats are.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question about rows: how a unit is scored, and what a unit of each row would really bring."""

    logged: Logged
    scores: Scores
    truth: Numbers
    among: int = 1

    def said(self, planned_units: float) -> EstimateSaid | None:
        """What is said of it."""
        return measured(self.logged, self.scores, Precision(planned_units, self.among))

    def is_covered_by(self, said: EstimateSaid) -> bool:
        """Whether that holds what is true of the same units, weighted as they are."""
        counts = self.scores.weight * self.logged.units
        truth = float((counts * self.truth).sum() / counts.sum())
        return said.interval.low - _ROUNDING <= truth <= said.interval.high + _ROUNDING


class Covered(msgspec.Struct):
    """How one question fared over an experiment. Of several contrasts, all have to be covered."""

    #: With how many units it was told first, missed the truth first, and was above 0 first.
    told_at: int
    missed_at: int | None = None
    found_at: int | None = None
    #: The mean of what is told, at the end.
    width: float = 0.0

    @property
    def always(self) -> bool:
        """Whether the truth was covered at every look."""
        return self.missed_at is None

    def note(self, answers: Sequence[tuple[Asked, EstimateSaid]], units: int) -> None:
        """What is told at one look."""
        if self.missed_at is None and not all(asked.is_covered_by(said) for asked, said in answers):
            self.missed_at = units
        if self.found_at is None and any(said.interval.low > 0 for _, said in answers):
            self.found_at = units
        self.width = float(np.mean([said.interval.high - said.interval.low for _, said in answers]))


@dataclass(slots=True)
class Judge:
    """Looks at a world at every refresh, and finds what does harm as a refresh does."""

    world: World
    log: Log
    fared: dict[str, Covered] = field(default_factory=dict)
    opened: Opened = NOTHING

    def look(self, units: int) -> None:
        """Ask everything now that may be told."""
        rows, values, is_complete = self._read()
        if not self.opened.beside(0):
            return
        contrasts = self._contrasts(rows, values)
        self._find_harm(contrasts)
        for name, asked in self._asked(rows, values, contrasts, is_complete).items():
            told = [(each, said) for each in asked if (said := each.said(self.world.plan.units)) is not None]
            if told:
                self.fared.setdefault(name, Covered(units)).note(told, units)

    def watch(self) -> None:
        """Only find what does harm."""
        rows, values, _ = self._read()
        self._find_harm(self._contrasts(rows, values))

    def _read(self) -> tuple[LoggedRows, Numbers, bool]:
        """What is logged, and whether nothing more has to be waited for."""
        rows, values = self.log.read()
        found = gate(rows.logged, range(rows.logged.variants), self.world.experiment.primary.reward, self.opened)
        self.opened = found.opened
        given = [each.variant_id not in self.world.disabled for each in self.world.experiment.variants]
        return rows, values, not any(given[each.variant] for each in found.waiting)

    def _contrasts(self, rows: LoggedRows, values: Numbers) -> dict[int, Asked]:
        """Of each variant that may be compared with the control."""
        return {each: _contrast(rows, values, each) for each in sorted(self.opened.beside(0))}

    def _find_harm(self, contrasts: Mapping[int, Asked]) -> None:
        found = {each: asked.said(self.world.plan.units) for each, asked in contrasts.items()}
        self.world.harmful = {each for each, said in found.items() if said is not None and said.interval.high < 0}

    def _asked(
        self, rows: LoggedRows, values: Numbers, contrasts: Mapping[int, Asked], is_complete: bool
    ) -> Mapping[str, Sequence[Asked]]:
        inside = rows.of_side(in_holdout=True)
        return {
            WEIGHTED: list(contrasts.values()),
            PLAIN: [_plain(each) for each in contrasts.values()],
            HOLDOUT_ONLY: [_contrast(inside, values[rows.in_holdout], each) for each in contrasts],
            UNIFORM: [_uniform(rows, values)] if is_complete else [],
            SEGMENTS: _segments(rows, values, self.world),
        }


def judged(world: World) -> Judge:
    """Run a world to its end, and look at every refresh from the second on."""
    judge = Judge(world, Log(world))
    for units in world.run():
        if world.counting.mature():
            judge.look(units)
    return judge


def _contrast(rows: LoggedRows, values: Numbers, variant: int) -> Asked:
    scores = contrast(rows.logged, variant, 0, rows.foreknown.variances)
    return Asked(rows.logged, scores, values[:, variant] - values[:, 0], rows.logged.variants - 1)


def _plain(asked: Asked) -> Asked:
    return Asked(asked.logged, unweighted(asked.scores), asked.truth, asked.among)


def _uniform(rows: LoggedRows, values: Numbers) -> Asked:
    given = rows.logged.propensities > 0
    more = rows.logged.propensities - given / given.sum(axis=1, keepdims=True)
    return Asked(rows.logged, lift_over_uniform(rows.logged), (more * values).sum(axis=1))


def _segments(rows: LoggedRows, values: Numbers, world: World) -> list[Asked]:
    """Nothing where nothing would be told."""
    goal = world.experiment.primary.goal
    given = rows.logged.propensities > 0
    own, single = best(rows.logged.means, given, goal), best(rows.foreknown.overall, given, goal)
    if not is_told_apart(rows.logged, own, single):
        return []
    return [Asked(rows.logged, lift_between(rows.logged, own, single), ((own - single) * values).sum(axis=1))]
