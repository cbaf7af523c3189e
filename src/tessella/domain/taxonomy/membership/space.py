"""The axes and segments of a taxonomy as arrays, prepared so that a player is placed by a few operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.membership.landmark import Landmark, landmarks_of
from tessella.domain.taxonomy.membership.whitening import log_weight_of, whitener
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy, Standard


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Some axes, and all of their segments in a row. Immutable, so threads may share it.

    For a position z, `(metrics,)`, the squared Mahalanobis distances to all segments are the sums over the first
    axis of (whitening @ z - offset)^2.
    """

    standard: Standard
    axes: tuple[BehavioralAxis, ...]
    #: (dimensions of the widest axis, segments, metrics); 0 past an axis's own dimensions.
    whitening: Array
    #: (dimensions of the widest axis, segments)
    offset: Array
    #: (segments,): log share of the population - log det(covariance) / 2.
    log_weight: Array
    #: Where the segments of each axis begin, and the end: (axes + 1,).
    bounds: tuple[int, ...]
    #: (metrics, axes): how much of an axis a metric is; the sum over metrics is 1.
    weights: Array
    #: (metrics, coordinates of all axes)
    projection: Array
    #: (segments, coordinates of all axes); 0 outside a segment's own axis.
    centers: Array
    #: What answers say of each segment.
    landmarks: tuple[Landmark, ...]

    @classmethod
    def of(cls, taxonomy: GameBehavioralTaxonomy) -> Self:
        """A taxonomy's."""
        return cls.of_axes(taxonomy.standard, taxonomy.axes)

    @classmethod
    def of_axes(cls, standard: Standard, axes: Sequence[BehavioralAxis]) -> Self:
        """The axes of a taxonomy that is being made; each has one segment or more."""
        whitening, offset, log_weight = _distances(axes, len(standard.metrics))
        return cls(
            standard=standard,
            axes=tuple(axes),
            whitening=whitening,
            offset=offset,
            log_weight=log_weight,
            bounds=(0, *accumulate(len(each.segments) for each in axes)),
            weights=_weights(axes, len(standard.metrics)),
            projection=np.hstack([np.empty((len(standard.metrics), 0)), *(each.projection for each in axes)]),
            centers=_centers(axes),
            landmarks=landmarks_of(standard, axes),
        )


def _distances(axes: Sequence[BehavioralAxis], metrics: int) -> tuple[Array, Array, Array]:
    """`whitening`, `offset` and `log_weight`."""
    widest = max((each.projection.shape[1] for each in axes), default=0)
    segments = [(axis, each) for axis in axes for each in axis.segments]
    whitening = np.zeros((widest, len(segments), metrics))
    offset, log_weight = np.zeros((widest, len(segments))), np.zeros(len(segments))
    for at, (axis, segment) in enumerate(segments):
        factor, log_det = whitener(segment.covariance_matrix)
        whitening[: len(factor), at] = factor @ axis.projection.T
        offset[: len(factor), at] = factor @ segment.center_position
        log_weight[at] = log_weight_of(segment.population_share, log_det)
    return whitening, offset, log_weight


def _weights(axes: Sequence[BehavioralAxis], metrics: int) -> Array:
    """Each metric's part of the squared projection."""
    squared = np.array([(each.projection**2).sum(axis=1) for each in axes]).reshape(len(axes), metrics).T
    weights: Array = squared / squared.sum(axis=0)
    return weights


def _centers(axes: Sequence[BehavioralAxis]) -> Array:
    """All centers, each in the columns of its own axis."""
    widths = [each.projection.shape[1] for each in axes]
    centers = np.zeros((sum(len(each.segments) for each in axes), sum(widths)))
    row = column = 0
    for axis, width in zip(axes, widths, strict=True):
        for segment in axis.segments:
            centers[row, column : column + width] = segment.center_position
            row += 1
        column += width
    return centers
