"""One player's memberships of the segments of every axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isnan, sqrt
from typing import Final, NamedTuple

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baseline
from tessella.domain.taxonomy.membership.doubts import doubts
from tessella.domain.taxonomy.membership.landmark import Landmark
from tessella.domain.taxonomy.membership.shares import Shares, shares_of
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.membership.standing import standing_of
from tessella.domain.taxonomy.membership.typicality import typicality
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile, SegmentMembership
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

#: So many memberships are told of a player. Source: requirement C, "AI optimization (top-7 selection)".
MOST_MEMBERSHIPS: Final = 7


def categorized(taxonomy: GameBehavioralTaxonomy, space: Space, baseline: Baseline) -> PlayerBehavioralProfile:
    """Where a player stands in a taxonomy, of which `space` is `Space.of(taxonomy)`.

    `membership_strength` = exp(-d^2 / 2) of the Mahalanobis distance d; `share` is as `shares.softmax` has it, and
    `confidence` = share * reliability of the axis (`standing.reliability`); of the profile it is the mean of the axes'
    best. Told are each axis's best by strength, then the others by strength, 7 at most. Raises `MetricsChanged`.

    Source: requirement C, "Adaptive Behavioral Categorization".
    """
    standing = standing_of(space, baseline)
    told = shares_of(space, standing)
    chosen, axes = _chosen(told), len(told.best)
    coordinates = standing.filled @ space.projection
    at = _Point(standing.position.tolist(), coordinates.tolist())
    memberships = tuple(_membership(space.landmarks[each], told, each, at) for each in chosen)
    return PlayerBehavioralProfile(
        player_id=baseline.player_id,
        game_id=taxonomy.game_id,
        taxonomy_version=taxonomy.version,
        as_of_day=baseline.as_of,
        days=standing.most_days,
        memberships=memberships,
        variance_coverage=_coverage(coordinates, space.centers[chosen[:axes]]),
        confidence=sum(told.confidences[each] for each in told.best) / max(axes, 1),
        position=standing.position,
        warnings=tuple(doubts(space, standing, memberships[:axes])),
    )


class _Point(NamedTuple):
    """Standardised metrics, NaN where unknown, and coordinates of all axes."""

    position: Sequence[float]
    coordinates: Sequence[float]


def _chosen(told: Shares) -> list[int]:
    """The segments that are told, in order: the nearer one is the stronger one."""
    near = told.squared.__getitem__
    others = set(range(len(told.squared))).difference(told.best)
    return [*sorted(told.best, key=near), *sorted(others, key=near)][:MOST_MEMBERSHIPS]


def _membership(landmark: Landmark, told: Shares, at: int, point: _Point) -> SegmentMembership:
    """One segment. An offset is told of known metrics only."""
    squared = told.squared[at]
    distance = sqrt(squared)
    return SegmentMembership(
        segment_id=landmark.segment_id,
        segment_name=landmark.name,
        axis_name=landmark.axis_name,
        membership_strength=exp(-0.5 * squared),
        distance_from_center=distance,
        position_offset={
            name: point.coordinates[column] - center
            for name, place, column, center in landmark.metrics
            if not isnan(point.position[place])
        },
        confidence=told.confidences[at],
        typicality=typicality(distance, landmark.distances, landmark.players),
        share=told.shares[at],
    )


def _coverage(coordinates: Array, centers: Array) -> float:
    """How much of the squared distance from the population's mean the centers of some segments account for, 0 to 1.

    1 - sum of squares of (coordinates - centers) / sum of squares of coordinates, over all axes; not below 0, where
    the mean is nearer than the centers are. It is 1 of a player who stands at the mean and at the centers.
    """
    rest = coordinates - np.add.reduce(centers)
    whole, left = float(coordinates @ coordinates), float(rest @ rest)
    return max(0.0, 1.0 - left / whole) if whole > 0 else float(left == 0)
