"""From which population stability index on somebody is to look. Source: Siddiqi, "Credit Risk Scorecards" (2006)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: From this PSI on a change is moderate: it is told.
PSI_MODERATE: Final = 0.1
#: From this PSI on a change is large: there is an alert.
PSI_LARGE: Final = 0.25


class DriftLevel(StrEnum):
    """How far something is from what it was."""

    STABLE = "stable"
    MODERATE = "moderate"
    LARGE = "large"


def drift_level(psi: float, by_chance: float, moderate: float = PSI_MODERATE, large: float = PSI_LARGE) -> DriftLevel:
    """What a PSI says; one that chance explains says nothing.

    >>> [drift_level(psi, 0.2).value for psi in (0.15, 0.21, 0.25)]
    ['stable', 'moderate', 'large']
    """
    if psi <= by_chance or psi < moderate:
        return DriftLevel.STABLE
    return DriftLevel.LARGE if psi >= large else DriftLevel.MODERATE
