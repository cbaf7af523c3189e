"""How often something was shown, clicked and bought."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """Events that name decisions, since they were first counted."""

    impressions: int = 0
    clicks: int = 0
    conversions: int = 0

    def __add__(self, other: OutcomeCounts) -> OutcomeCounts:
        return OutcomeCounts(
            self.impressions + other.impressions, self.clicks + other.clicks, self.conversions + other.conversions
        )
