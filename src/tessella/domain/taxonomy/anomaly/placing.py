"""Where a player usually is, and which segment that is, on every axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.windows import Known
from tessella.domain.taxonomy.baselines import Array


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """`N` players on `A` axes."""

    #: (contexts and the whole, N, D): the player's means, and how many days they are of.
    means: Array
    counts: Array
    #: (N, A): the likeliest segment of each axis, as `membership` tells it: its place in the row of all segments.
    segments: NDArray[np.intp]
    #: (N, A): Mahalanobis distance of the mean of all days from its center.
    typical: Array


def placed(frame: Frame, known: Known) -> Placed:
    """The segment of the greatest posterior, `log share - log det(covariance) / 2 - d^2 / 2`, on each axis."""
    rows, players, metrics = known.means.shape
    means = (known.means.reshape(-1, metrics) @ frame.projection).reshape(rows, players, -1)
    counts = (known.counts.reshape(-1, metrics) @ frame.parts).reshape(rows, players, -1)
    squared = frame.squared(means[WHOLE])
    segments = (squared + frame.handicap).argmin(axis=2) + frame.first
    return Placed(means, counts, segments, distances(squared, segments))


def distances(squared: Array, segments: NDArray[np.intp]) -> Array:
    """(N, A): from the segments (N, A), of squared distances (N, A, K) from all."""
    rows = np.arange(len(squared))[:, None]
    chosen: Array = np.sqrt(squared.reshape(len(squared), -1)[rows, segments])
    return chosen
