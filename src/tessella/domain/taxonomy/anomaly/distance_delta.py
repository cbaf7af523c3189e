"""Document C's method: is the day further from the segment's center, or nearer, than the player usually is?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: A score above it is an anomaly. Source: requirement C, "Anomaly Detection Logic".
LINE: Final = 0.7


def anomaly_score(distance_delta: float, threshold: float) -> float:
    """min(1, |delta| / threshold). Source: requirement C, "Anomaly Detection Logic".

    `distance_delta` is `current_distance - typical_distance`, both Mahalanobis distances from the center of the
    player's segment. With displacements as vectors, current - baseline = (current - center) - (baseline - center), as
    document C says. With lengths in their place only | |a| - |b| | <= |a - b| is left: a player who moves round the
    center at equal distance has a delta of 0, however far the move.

    >>> anomaly_score(-0.5, threshold=1.25)
    0.4
    """
    return min(1.0, abs(distance_delta) / threshold)


def overall_score(scores: Sequence[float], critical: Sequence[bool]) -> float:
    """The mean of the axes' scores; where a critical axis is over the line, no less than the score there.

    Document C asks for an overall aggregate that puts critical axes first, and gives no formula.

    >>> overall_score([0.9, 0.1], [False, True]), overall_score([0.9, 0.1], [True, False])
    (0.5, 0.9)
    """
    urgent = [score for score, is_critical in zip(scores, critical, strict=True) if is_critical and score > LINE]
    return max([sum(scores) / len(scores), *urgent])
