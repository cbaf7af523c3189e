"""A taxonomy as arrays, so that days of many players, or of one, are judged on all axes in a few operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.game import CONTEXTS, Scale
from tessella.domain.taxonomy.membership.whitening import log_weight_of, whitener
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy

#: The row of all days together, after those of the contexts.
WHOLE: Final = len(CONTEXTS)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """`A` axes of `d` dimensions with `K` segments each, over `M` metrics; `D = A d` coordinates in a row.

    Where an axis has fewer, it is padded: a padded coordinate is 0 for everybody, and a padded segment is further
    away than any.
    """

    axes: int
    #: (M,)
    location: Array
    deviation: Array
    is_log: NDArray[np.bool_]
    #: (M, D): coordinates are `position @ projection`.
    projection: Array
    #: (M, D): how much each metric makes of a coordinate; a column sums to 1.
    parts: Array
    #: (D,): 1 where an axis has that coordinate, and where it has not.
    real: Array
    padding: Array
    #: (contexts and the whole, A K, d)
    centers: Array
    #: (D, A K d): `x @ whitening - offset` holds, for each segment, a vector as long as its Mahalanobis distance.
    whitening: Array
    #: (A K d,)
    offset: Array
    #: (A, K): log det(covariance) - 2 log(share); with the squared distance, the least is the likeliest segment.
    handicap: Array
    #: (A,): the place of each axis's first segment in the row of all.
    first: NDArray[np.intp]

    @classmethod
    def of(cls, taxonomy: GameBehavioralTaxonomy) -> Frame:
        """The arrays of a taxonomy."""
        axes, standard = taxonomy.axes, taxonomy.standard
        segments = max(len(axis.segments) for axis in axes)
        width = max(axis.projection.shape[1] for axis in axes)
        projection = np.hstack(
            [np.pad(each.projection, ((0, 0), (0, width - each.projection.shape[1]))) for each in axes]
        )
        size = np.abs(projection)
        real = (size.sum(axis=0) > 0).astype(np.float64)
        whitening, offset, handicap = _distances(axes, segments, width)
        return cls(
            axes=len(axes),
            location=standard.location,
            deviation=standard.deviation,
            is_log=np.array([scale is Scale.LOG for scale in standard.scales]),
            projection=projection,
            parts=size / np.maximum(size.sum(axis=0), np.finfo(float).tiny),
            real=real,
            padding=1.0 - real,
            centers=np.concatenate([_centers(axis, segments, width) for axis in axes], axis=1),
            whitening=whitening,
            offset=offset,
            handicap=handicap,
            first=np.arange(len(axes)) * segments,
        )

    def scaled(self, values: Array) -> Array:
        """Values as measured (..., M) as log(1 + x), or as they are. One that cannot be measured is NaN."""
        least, most = (np.minimum.reduce(values, axis=None, initial=0.0), np.add.reduce(values, axis=None))
        if least == 0.0 and most < np.inf:
            whole: Array = np.where(self.is_log, np.log1p(values), values)
            return whole
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = np.where(self.is_log, np.log1p(values), values)
        return np.where(np.isfinite(scaled) & ((values >= 0) | ~self.is_log), scaled, np.nan)

    def squared(self, coordinates: Array) -> Array:
        """(..., A, K): squared Mahalanobis distances of coordinates (..., D) from all segments."""
        white = coordinates @ self.whitening
        white -= self.offset
        white *= white
        squared: Array = np.add.reduce(white.reshape(*white.shape[:-1], *self.handicap.shape, -1), axis=-1)
        return squared

    def by_axis(self, coordinates: Array) -> Array:
        """(..., A): lengths of vectors (..., D) on each axis."""
        squares = (coordinates * coordinates).reshape(*coordinates.shape[:-1], self.axes, -1)
        lengths: Array = np.sqrt(np.add.reduce(squares, axis=-1))
        return lengths


def _distances(axes: tuple[BehavioralAxis, ...], segments: int, width: int) -> tuple[Array, Array, Array]:
    """`whitening`, `offset` and `handicap`."""
    count = len(axes)
    whitening, offset = np.zeros((count, width, count, segments, width)), np.zeros((count, segments, width))
    handicap = np.full((count, segments), np.inf)
    for at, axis in enumerate(axes):
        for place, segment in enumerate(axis.segments):
            factor, log_det = whitener(segment.covariance_matrix)
            whitening[at, : len(factor), at, place, : len(factor)] = factor.T
            offset[at, place, : len(factor)] = factor @ segment.center_position
            handicap[at, place] = -2 * log_weight_of(segment.population_share, log_det)
    return whitening.reshape(count * width, -1), offset.ravel(), handicap


def _centers(axis: BehavioralAxis, segments: int, width: int) -> Array:
    """Of one axis: contexts and the whole, segments, coordinates."""
    centers = np.zeros((WHOLE + 1, segments, width))
    for place, segment in enumerate(axis.segments):
        of = [segment.contextual_centers.get(context, segment.center_position) for context in CONTEXTS]
        centers[:, place, : axis.projection.shape[1]] = [*of, segment.center_position]
    return centers
