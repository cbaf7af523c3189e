"""What was found of one dimension."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.experiments.eligibility.state import EligibilityState, is_traffic_enough

#: By language: English and Spanish.
Texts = Mapping[str, str]


class LiftFound(msgspec.Struct, frozen=True):
    """How much more a unit brings with a best variant for each segment than with one for all.

    In units of the reward; below 0 where segments bring less. For a metric that is to shrink, what it shrinks by.
    """

    value: float
    standard_error: float
    #: It holds at any time with 95 %.
    low: float
    high: float
    #: What a unit brings with one best variant for all.
    baseline: float

    def share(self, value: float) -> float | None:
        """A value as a share of the baseline; None where that is 0."""
        return value / abs(self.baseline) if self.baseline else None


class FindingNumbers(msgspec.Struct, frozen=True):
    """One dimension, or several that are told together, in numbers."""

    segment_by: tuple[str, ...]
    state: EligibilityState
    #: Units whose attribution window is over.
    units: int
    #: Segments that were seen, those that will have enough rewards, and the share of units in the others.
    segments: int
    thick_segments: int
    thin_share: float
    #: Within which the rewards are expected.
    planned_units: int
    #: Rewards that are needed in a segment.
    least_rewards: float
    #: None as long as no unit is known.
    bayes_factor: float | None
    chance_of_lift: float | None
    lift: LiftFound | None

    @property
    def is_traffic_enough(self) -> bool:
        """Whether at least two segments will have enough rewards, and those that will not are few units."""
        return is_traffic_enough(self.thick_segments, self.thin_share)

    @property
    def evidence(self) -> float:
        """The Bayes factor; 1, which says nothing, where there is none."""
        return 1.0 if self.bayes_factor is None else self.bayes_factor


class Finding(FindingNumbers, frozen=True):
    """The same with what it comes to."""

    #: One sentence with these numbers, by language.
    explanation: Texts
    #: What segments by it have brought as they ran, where any did and it is known. `lift` is what they would have
    #: brought to all units, those before segments too.
    as_it_ran: LiftFound | None = None
