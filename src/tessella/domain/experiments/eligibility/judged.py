"""Judge the case for segments: by traffic, by evidence, and by what they are expected to bring."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.experiments.eligibility.finding import LiftFound
from tessella.domain.experiments.eligibility.state import LEAST_REWARDS, UNLIKELY, EligibilityState, is_traffic_enough
from tessella.domain.experiments.inference.estimates.heterogeneity import AGAINST, ENOUGH


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a dimension's segments will have within the planned units."""

    #: Rewards that are expected, and the share of all units, of each segment.
    expected: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def thick(self) -> int:
        """How many segments have enough."""
        return sum(each >= LEAST_REWARDS for each in self.expected)

    @property
    def thin_share(self) -> float:
        """The share of units in segments that have not."""
        return sum(share for share, each in zip(self.shares, self.expected, strict=True) if each < LEAST_REWARDS)

    def is_enough(self) -> bool:
        """Whether at least two segments have enough, and those that have not are few units."""
        return is_traffic_enough(self.thick, self.thin_share)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rewards say of segments."""

    bayes_factor: float
    #: How likely it is that segments bring a lift that is worth having, 0 to 1.
    chance: float
    #: None as long as too little is known to say.
    lift: LiftFound | None


def judged(traffic: Traffic, evidence: Evidence) -> EligibilityState:
    """The furthest state that traffic and evidence allow."""
    is_unlikely = evidence.chance < UNLIKELY
    if not traffic.is_enough():
        return EligibilityState.DISMISSED if is_unlikely else EligibilityState.COLLECTING
    if evidence.bayes_factor <= ENOUGH:
        return (
            EligibilityState.DISMISSED
            if is_unlikely and evidence.bayes_factor < AGAINST
            else EligibilityState.COLLECTING
        )
    return EligibilityState.ELIGIBLE if evidence.lift is None else _proved(evidence.lift)


def _proved(lift: LiftFound) -> EligibilityState:
    if lift.low > 0:
        return EligibilityState.CONFIRMED
    if lift.high < 0:
        return EligibilityState.DISMISSED
    return EligibilityState.ACCEPTED if lift.value > lift.standard_error else EligibilityState.ELIGIBLE
