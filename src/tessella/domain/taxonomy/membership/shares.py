"""What one player's distances say of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.membership.standing import Standing, reliability, squared_distances


@dataclass(frozen=True, slots=True)
class Shares:
    """All segments in a row."""

    #: Mahalanobis distances, squared.
    squared: Sequence[float]
    #: Those of an axis sum to 1.
    shares: Sequence[float]
    #: share * reliability of the axis.
    confidences: Sequence[float]
    #: By axis, the place of the segment of the greatest share.
    best: Sequence[int]


def shares_of(space: Space, standing: Standing) -> Shares:
    """How one player divides into the segments of each axis, and how sure that is."""
    squared = squared_distances(space, standing.filled)
    weighted = (space.log_weight - 0.5 * squared).tolist()
    shares: list[float] = []
    confidences: list[float] = []
    best = []
    told = reliability(standing.days, space.weights).tolist()
    for (begin, end), reliable in zip(pairwise(space.bounds), told, strict=True):
        of_axis = softmax(weighted[begin:end])
        shares += of_axis
        confidences += [each * reliable for each in of_axis]
        best.append(begin + of_axis.index(max(of_axis)))
    return Shares(squared.tolist(), shares, confidences, best)


def softmax(weighted: Sequence[float]) -> list[float]:
    """exp(w) / sum of exp(w).

    Of w = log share of the population - log det(covariance) / 2 - d^2 / 2 it is the posterior of a mixture of normals.
    By the distance alone a wide segment would take in the players at the edge of a narrow one.

    >>> softmax([-1.0, -1.0, -1000.0])
    [0.5, 0.5, 0.0]
    """
    most = max(weighted)
    likely = [exp(each - most) for each in weighted]
    whole = sum(likely)
    return [each / whole for each in likely]
