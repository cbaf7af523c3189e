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
    """`N` players on `A` axes; or one player, without the dimension `N`."""

    #: (contexts and the whole, N, D): the player's means, and how many days they are of.
    means: Array
    counts: Array
    #: (N, A): the likeliest segment of each axis, as `membership` tells it: its place in the row of all segments.
    segments: NDArray[np.intp]


def placed(frame: Frame, known: Known) -> Placed:
    """The segment of the greatest posterior, `log share - log det(covariance) / 2 - d^2 / 2`, on each axis."""
    means, counts = known.means @ frame.projection, known.counts @ frame.parts
    squared = frame.squared(means[WHOLE])
    squared += frame.handicap
    return Placed(means, counts, squared.argmin(axis=-1) + frame.first)


def distances(frame: Frame, coordinates: Array, segments: NDArray[np.intp]) -> Array:
    """(rows, N, A): Mahalanobis distances of coordinates (rows, N, D) from the segments (N, A)."""
    squared = frame.squared(coordinates).reshape(*coordinates.shape[:-1], -1)
    if segments.ndim == 1:
        return np.sqrt(squared[:, segments])
    return np.sqrt(squared[:, np.arange(len(segments))[:, None], segments])
