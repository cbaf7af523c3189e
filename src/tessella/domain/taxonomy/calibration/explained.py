"""How much of the differences between players axes and segments account for."""

from __future__ import annotations

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Labels


def share_explained(positions: Array, coordinates: Array) -> float:
    """The share of the variance of all metrics that coordinates account for, by least squares: 0 to 1.

    tr(C_zx C_xx^+ C_xz) / tr(C_zz) for the covariances of positions z, (players, metrics), and coordinates x, (players,
    d): R^2 of all metrics together. A metric that no axis describes lowers it. 0 where nobody differs.

    >>> share_explained(
    ...     np.array([[1.0, 2.0], [-1.0, 2.0], [1.0, -2.0], [-1.0, -2.0]]), np.array([[1.0], [-1], [1], [-1]])
    ... )
    0.2
    """
    z, x = positions - positions.mean(axis=0), coordinates - coordinates.mean(axis=0)
    across, total = z.T @ x, float((z**2).sum())
    explained = float(np.sum((across @ np.linalg.pinv(x.T @ x, hermitian=True)) * across))
    return min(max(explained / total, 0.0), 1.0) if total > 0 else 0.0


def separation_of(coordinates: Array, labels: Labels) -> float:
    """The share of the variance of coordinates, (players, d), that lies between segments: 0 to 1.

    1 - sum of squares about the own segment's mean / sum of squares about everybody's, over all d. One segment parts
    nothing, 0.

    >>> round(separation_of(np.array([[0.0], [2.0], [10.0], [12.0]]), np.array([0, 0, 1, 1])), 3)
    0.962
    """
    total = _squares(coordinates)
    within = sum(_squares(coordinates[labels == each]) for each in np.unique(labels))
    return max(0.0, 1 - within / total) if total > 0 else 0.0


def _squares(coordinates: Array) -> float:
    return float(((coordinates - coordinates.mean(axis=0)) ** 2).sum())
