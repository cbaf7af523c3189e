"""How far the case for segments of an experiment is."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

#: Rewards that each segment is expected to have within the planned units.
LEAST_REWARDS: Final = 30.0
#: Units in segments that have fewer: no more than this share.
MOST_THIN: Final = 0.30
#: How unlikely a lift has to be to give segments up.
UNLIKELY: Final = 0.05
#: Segments that have enough.
FEWEST_SEGMENTS: Final = 2


class EligibilityState(StrEnum):
    """How far it is."""

    COLLECTING = "collecting"
    ELIGIBLE = "eligible"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


#: Those in which segments are recommended, the surest first.
WORTH_SEGMENTS: Final = (EligibilityState.CONFIRMED, EligibilityState.ACCEPTED, EligibilityState.ELIGIBLE)


def is_traffic_enough(thick_segments: int, thin_share: float) -> bool:
    """Whether at least two segments will have enough rewards, and those that will not are few units."""
    return thick_segments >= FEWEST_SEGMENTS and thin_share <= MOST_THIN
