"""When a risk of churn is high, medium or low."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Risk(StrEnum):
    """How likely a subject is to leave."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The least probability of each, 0 to 1; below `medium` it is low."""

    high: float = 0.7
    medium: float = 0.4

    @property
    def are_in_order(self) -> bool:
        """Whether both are above 0 and at most 1, and `medium` is not above `high`; NaN is not."""
        return 0 < self.medium <= self.high <= 1

    def risk(self, probability: float) -> Risk:
        """The risk of a probability.

        >>> [Thresholds().risk(each).value for each in (0.7, 0.69, 0.39)]
        ['high', 'medium', 'low']
        """
        if probability >= self.high:
            return Risk.HIGH
        return Risk.MEDIUM if probability >= self.medium else Risk.LOW
