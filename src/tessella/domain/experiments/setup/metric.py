"""What is measured of a unit."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

#: The metric of an experiment that names none.
CONVERSION: Final = "conversion"
#: No reward is larger, either way: sums of squares of more would not be finite.
LARGEST_AMOUNT: Final = 1e12


class Reward(StrEnum):
    """What a unit's reward is."""

    BINARY = "binary"
    CONTINUOUS = "continuous"


class Goal(StrEnum):
    """Which rewards are the better ones."""

    MAXIMISE = "maximise"
    MINIMISE = "minimise"


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first of an experiment is what it learns by; the others are guardrails."""

    name: str = CONVERSION
    reward: Reward = Reward.BINARY
    goal: Goal = Goal.MAXIMISE
    #: Whether one reward may be below 0, such as a return.
    may_be_negative: bool = False
    #: A guardrail: how much worse than the control it may become, as a share of the control's value.
    margin: float = 0.0
