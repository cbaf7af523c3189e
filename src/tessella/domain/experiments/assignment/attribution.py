"""Which rewards of an experiment count, for how much, and when all of a unit's have come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.domain.experiments.setup.experiment import ALIVE, Experiment
from tessella.domain.experiments.setup.metric import Reward
from tessella.domain.identifiers import Instant

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
#: How far behind a sender's clock may be: what it says to be before the assignment counts as if at it.
BEHIND_MINUTES: Final = 5
#: A window has so many steps.
_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Attribution:
    """The rules of one experiment at one moment."""

    #: A reward counts that happens at most so long after the assignment, in microseconds.
    window_us: int
    #: Whether rewards that come now count at all.
    is_open: bool
    #: Metrics of which a unit is rewarded once at most, whatever the value: its reward is 1.
    binary: frozenset[str]

    @property
    def step_us(self) -> int:
        """The length of a cohort: units that are assigned within it mature together."""
        return max(self.window_us // _STEPS, MINUTE_US)

    @property
    def grace_us(self) -> int:
        """How long after its window a reward may still be on its way."""
        return min(HOUR_US, self.window_us // _STEPS)

    def cohort(self, assigned_at: Instant) -> Instant:
        """The beginning of a unit's cohort."""
        return Instant(assigned_at - assigned_at % self.step_us)

    def matures_at(self, cohort: Instant) -> Instant:
        """From then on no reward of a cohort counts any more that has not come.

        >>> Attribution(8 * HOUR_US, True, frozenset()).matures_at(Instant(0)) // HOUR_US
        10
        """
        return Instant(cohort + self.step_us + self.window_us + self.grace_us)

    def mature_before(self, now: Instant) -> Instant:
        """Cohorts that begin before this are mature."""
        return Instant(now - self.step_us - self.window_us - self.grace_us)


def attribution_of(experiment: Experiment) -> Attribution:
    """The rules that an experiment declares."""
    return Attribution(
        window_us=round(experiment.attribution_hours * HOUR_US),
        is_open=experiment.status in ALIVE,
        binary=frozenset(each.name for each in experiment.metrics if each.reward is Reward.BINARY),
    )
