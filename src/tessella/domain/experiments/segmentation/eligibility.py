"""Whether an experiment should be segmented: by traffic, by evidence, and by what it is expected to bring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.experiments.inference.heterogeneity import AGAINST, ENOUGH
from tessella.domain.intervals import Interval

#: Rewards that each segment is expected to have within the planned time.
LEAST_REWARDS: Final = 30.0
#: Units in segments that have fewer: no more than this share.
_MOST_THIN: Final = 0.30
_FEWEST_SEGMENTS: Final = 2
#: How unlikely a lift has to be to give segments up.
_UNLIKELY: Final = 0.05


class State(StrEnum):
    """How far it is."""

    COLLECTING = "collecting"
    ELIGIBLE = "eligible"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a dimension's segments will have within the planned time."""

    #: Rewards that are expected, and the share of all units, of each segment.
    expected: tuple[float, ...]
    shares: tuple[float, ...]

    def is_enough(self) -> bool:
        """Whether at least two segments have enough, and those that have not are few units."""
        thin = sum(share for share, each in zip(self.shares, self.expected, strict=True) if each < LEAST_REWARDS)
        thick = sum(each >= LEAST_REWARDS for each in self.expected)
        return thick >= _FEWEST_SEGMENTS and thin <= _MOST_THIN


@dataclass(frozen=True, slots=True)
class Evidence:
    """What rewards say of segments."""

    bayes_factor: float
    #: How much more a unit brings with a best variant for each segment than with one for all, and its standard error.
    lift: float
    standard_error: float
    #: An interval of it that holds at any time.
    interval: Interval
    #: How likely it is that the lift is worth having at all.
    chance: float


@dataclass(frozen=True, slots=True)
class Eligibility:
    """A state, and whether the traffic allows segments at all."""

    state: State
    traffic_is_enough: bool


def eligibility(traffic: Traffic, evidence: Evidence) -> Eligibility:
    """The furthest state that traffic and evidence allow."""
    enough = traffic.is_enough()
    return Eligibility(_state(evidence, enough=enough), enough)


def _state(evidence: Evidence, *, enough: bool) -> State:
    if not enough or (evidence.chance < _UNLIKELY and evidence.bayes_factor < AGAINST):
        return State.DISMISSED if evidence.chance < _UNLIKELY else State.COLLECTING
    if evidence.bayes_factor <= ENOUGH:
        return State.COLLECTING
    if evidence.interval.low > 0:
        return State.CONFIRMED
    return State.ACCEPTED if evidence.lift > evidence.standard_error else State.ELIGIBLE
