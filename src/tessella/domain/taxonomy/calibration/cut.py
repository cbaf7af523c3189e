"""Players cut into segments: k-means in lengths that the segments' own spread defines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array

Labels = NDArray[np.int64]

#: An iteration that moves no player ends it; so does this many.
_MOST_PASSES: Final = 40
#: Of the whole variance, so much is added within segments: a metric that is constant in each would end all others.
_FLOOR: Final = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One cut of points into k segments."""

    #: (points,): the segment of each, 0 to k - 1.
    labels: Labels
    #: (k, d)
    centers: Array
    #: (d, d): pooled within segments, with the floor.
    within: Array
    #: log det of `within`: the smaller, the better the cut.
    log_det: float

    @property
    def count(self) -> int:
        """How many segments there are."""
        return len(self.centers)

    @property
    def sizes(self) -> Labels:
        """How many points are in each."""
        return np.bincount(self.labels, minlength=self.count)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """What is cut: (points, r), all together with mean 0 and covariance 1."""

    values: Array

    @property
    def moments(self) -> Array:
        """(r, r): the mean of squares and products about 0."""
        squares: Array = self.values.T @ self.values / max(len(self.values), 1)
        return squares


def points_of(coordinates: Array) -> Points:
    """Coordinates without their mean, whitened; directions in which nobody differs are left out."""
    centered = coordinates - coordinates.mean(axis=0)
    values, vectors = np.linalg.eigh(centered.T @ centered / len(centered))
    varies = values > max(1e-9 * values[-1], 1e-12)
    return Points(centered @ (vectors[:, varies] / np.sqrt(values[varies])))


def settled(points: Points, centers: Array, within: Array | None = None) -> Cut:
    """The segments that lie around some centers: nearest center by Mahalanobis, centers and spread anew, and again.

    The spread is pooled: S = sum over segments of their scatter / n, so log det S never grows (beside the floor): it
    is Friedman and Rubin's criterion, which does not ask how metrics are measured. Ordinary k-means, where S is 1,
    cuts a long segment in two before it tells two that are near. Source: Friedman and Rubin, "On Some Invariant
    Criteria for Grouping Data", JASA 62 (1967); Celeux and Govaert, "A classification EM algorithm" (1992).
    """
    total = points.moments
    spread = total if within is None else within
    labels: Labels | None = None
    for _ in range(_MOST_PASSES):
        nearest = _nearest(points.values, centers, inverse(spread))
        if labels is not None and np.array_equal(labels, nearest):
            break
        labels = nearest
        centers, spread = _centers(points.values, labels, centers, total)
    assert labels is not None  # one pass at least is made
    return Cut(labels, centers, spread, float(np.linalg.slogdet(spread)[1]))


def cut_of(points: Points, labels: Labels) -> Cut:
    """The cut that labels make, which no player has to be nearest to; a label of -1 counts for no segment."""
    within_cut = labels >= 0
    known = Points(points.values[within_cut] - points.values[within_cut].mean(axis=0))
    nowhere = np.zeros((int(labels.max()) + 1, points.values.shape[1]))
    middle = points.values[within_cut].mean(axis=0)
    centers, within = _centers(known.values, labels[within_cut], nowhere, known.moments)
    return Cut(labels, centers + middle, within, float(np.linalg.slogdet(within)[1]))


def inverse(covariance: Array) -> Array:
    """(d, d) of a covariance that has one."""
    return np.asarray(np.linalg.inv(covariance), np.float64)


def assigned(points: Points, cut: Cut) -> Labels:
    """The segment of each point by a cut that may be of others."""
    return _nearest(points.values, cut.centers, inverse(cut.within))


def _nearest(values: Array, centers: Array, precision: Array) -> Labels:
    """By squared distance less what centers have in common; the first of those that are equally near."""
    weighed = centers @ precision
    scores = weighed @ values.T
    scores -= 0.5 * (weighed * centers).sum(axis=1)[:, None]
    nearest: Labels = scores.argmax(axis=0)
    return nearest


def _centers(values: Array, labels: Labels, before: Array, total: Array) -> tuple[Array, Array]:
    """Means of the segments, and the covariance within them; a segment that has lost its points stays where it was."""
    count, n = len(before), len(values)
    sizes = np.bincount(labels, minlength=count)
    sums = np.stack([np.bincount(labels, weights=column, minlength=count) for column in values.T], axis=1)
    centers: Array = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], before)
    within = total - (centers * sizes[:, None]).T @ centers / n
    return centers, within + _FLOOR * np.eye(len(total))
