"""Where one player stands: graded membership of the segments of each axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import GameId, SubjectId
from tessella.domain.taxonomy.baselines import Array


@dataclass(frozen=True, slots=True, eq=False)
class SegmentMembership:
    """How much a player belongs to one segment."""

    segment_id: int
    segment_name: str
    axis_name: str
    #: exp(-0.5 d^2), 0 to 1. Source: requirement C, "Mathematical Core".
    membership_strength: float
    #: Mahalanobis: sqrt((x - center)' covariance^-1 (x - center)).
    distance_from_center: float
    #: By defining metric of the axis: position - center, in standard deviations of the population.
    position_offset: Mapping[str, float]
    confidence: float
    #: The share of the segment's own players who are at least as far from its center: conformal, over 0 to 1.
    typicality: float
    #: Of the axis's segments, by softmax; they sum to 1.
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class PlayerBehavioralProfile:
    """One player in one game."""

    player_id: SubjectId
    game_id: GameId
    taxonomy_version: int
    #: The last day that was looked at, and how many days of the player that were.
    as_of_day: int
    days: int
    #: At most 7: each axis's best first, then by strength.
    memberships: tuple[SegmentMembership, ...]
    #: How much of the player's squared distance from the population's mean these segments' centers account for, 0 to 1.
    variance_coverage: float
    confidence: float
    #: (metrics,) standardised; NaN where nothing is known of a metric.
    position: Array
    #: What makes the answer say less than it seems to, in sentences.
    warnings: tuple[str, ...] = ()
