"""The numbers of an experiment: each within the range where it means something. NaN is in none."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Final

from tessella.domain.errors import TessellaError, WrongShape
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import LARGEST_AMOUNT, Reward
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.identifiers import Pointer, point

#: A minute: cohorts are no shorter.
LEAST_ATTRIBUTION_HOURS: Final = 1 / 60
#: 366 days: units are counted for no longer before they are mature.
MOST_ATTRIBUTION_HOURS: Final = 24.0 * 366
MOST_UNITS: Final = 10**12
MOST_DAYS: Final = 3650.0


def number_faults(experiment: Experiment, at: Pointer) -> Iterator[TessellaError]:
    """Each number that means nothing."""
    if not LEAST_ATTRIBUTION_HOURS <= experiment.attribution_hours <= MOST_ATTRIBUTION_HOURS:
        problem = f"attribution_hours is from 1/60, a minute, to {MOST_ATTRIBUTION_HOURS:g}: 366 days."
        yield WrongShape(point(at, "attribution_hours"), problem, "Such as 24: a day.")
    if not 0 <= experiment.traffic <= 1:
        yield WrongShape(point(at, "traffic"), "traffic is a share: 0 to 1.", "0.1 is a tenth of those who may come.")
    yield from _expected_faults(experiment, point(at, "expected"))
    yield from _stopping_faults(experiment.stopping, point(at, "stopping"))


def _expected_faults(experiment: Experiment, at: Pointer) -> Iterator[TessellaError]:
    if experiment.metrics and experiment.primary.reward is Reward.BINARY:
        if not 0 < experiment.expected < 1:
            problem = "Of a binary reward, expected is a rate: above 0 and below 1."
            yield WrongShape(at, problem, "Such as 0.05.")
    elif not -LARGEST_AMOUNT <= experiment.expected <= LARGEST_AMOUNT:
        problem = f"expected is an amount of at most {LARGEST_AMOUNT:g}."
        yield WrongShape(at, problem, "What a unit is expected to bring on average, such as 12.5.")


def _stopping_faults(stopping: Stopping, at: Pointer) -> Iterator[TessellaError]:
    if not 1 <= stopping.planned_units <= MOST_UNITS:
        yield WrongShape(point(at, "planned_units"), "planned_units is a whole number from 1 on.", "Such as 50000.")
    if not 0 <= stopping.alike_within < inf:
        problem = "alike_within is 0 or more: a unit's reward."
        yield WrongShape(point(at, "alike_within"), problem, "0 where no difference is too small.")
    if not 0 <= stopping.worth < 1:
        yield WrongShape(point(at, "worth"), "worth is a share: 0 to below 1.", "0.01 is a hundredth.")
    if stopping.max_units is not None and not 1 <= stopping.max_units <= MOST_UNITS:
        yield WrongShape(point(at, "max_units"), "max_units is a whole number from 1 on.", "Leave it out to go on.")
    if stopping.max_days is not None and not 0 < stopping.max_days <= MOST_DAYS:
        problem = f"max_days is above 0 and at most {MOST_DAYS:g}."
        yield WrongShape(point(at, "max_days"), problem, "Leave it out to go on.")
