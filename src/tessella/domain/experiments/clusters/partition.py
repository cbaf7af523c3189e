"""Points cut into clusters by k-means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.experiments.clusters.columns import Codes, Numbers

#: Full passes after the small batches: centroids are then means of what is nearest to them.
_PASSES: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """One cut."""

    #: Shape (points,): the cluster of each, 0 to k - 1.
    labels: Codes
    #: Shape (k, columns).
    centroids: Numbers

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(self.centroids)

    @property
    def units(self) -> Codes:
        """How many points are in each cluster."""
        return np.bincount(self.labels, minlength=self.count)


def partition(points: Numbers, count: int, seed: int) -> Partition:
    """`count` clusters of points, from one start. The same arguments give the same clusters.

    Source: Sculley, "Web-Scale K-Means Clustering" (WWW 2010).
    """
    from sklearn.cluster import MiniBatchKMeans

    rough = MiniBatchKMeans(count, random_state=seed, n_init=1, batch_size=1024).fit(points)
    return settled(points, np.asarray(rough.cluster_centers_, np.float64))


def settled(points: Numbers, centroids: Numbers) -> Partition:
    """The clusters of points that lie around some centroids: Lloyd's algorithm, until they stay or for some passes."""
    labels = _nearest(points, centroids)
    for _ in range(_PASSES):
        centroids = _means(points, labels, centroids)
        before, labels = labels, _nearest(points, centroids)
        if np.array_equal(before, labels):
            break
    return Partition(labels, centroids)


def _nearest(points: Numbers, centroids: Numbers) -> Codes:
    """By squared distances, less what they have in common."""
    return np.asarray(((centroids**2).sum(axis=1) - 2 * points @ centroids.T).argmin(axis=1))


def _means(points: Numbers, labels: Codes, before: Numbers) -> Numbers:
    """Of each cluster; one that has lost its points stays where it was."""
    members = np.eye(len(before))[labels]
    units = members.sum(axis=0)[:, None]
    return np.where(units > 0, members.T @ points / np.maximum(units, 1), before)
