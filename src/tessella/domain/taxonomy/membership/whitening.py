"""Factors that turn a Mahalanobis distance into a plain one, and what else weighs a segment."""

from __future__ import annotations

from math import log
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array

#: A segment of no players counts as one of this share.
_SMALLEST_SHARE: Final = 1e-9
#: No direction of a covariance is taken for narrower than this part of its widest one, nor than this at all.
_NARROWEST: Final = 1e-9


def whitener(covariance: Array) -> tuple[Array, float]:
    """`W` with W' W = covariance^-1, and log det(covariance); (d, d) and symmetric.

    |W (x - center)| is the Mahalanobis distance. From the eigenvectors, W = diag(values)^-1/2 V', with values held
    away from 0: a stored covariance that is singular gives long distances instead of an error.

    >>> factor, log_det = whitener(np.array([[4.0, 0.0], [0.0, 1.0]]))
    >>> float(np.linalg.norm(factor @ [2.0, 0.0])), round(float(log_det), 4)
    (1.0, 1.3863)
    """
    values, vectors = np.linalg.eigh(covariance)
    values = np.maximum(values, max(_NARROWEST, _NARROWEST * float(values[-1])))
    return vectors.T / np.sqrt(values)[:, None], float(np.log(values).sum())


def log_weight_of(population_share: float, log_det: float) -> float:
    """Log share - log det(covariance) / 2: less d^2 / 2 it is the log posterior of a segment, up to a constant.

    `log_det` is what `whitener` gives. Source: Bishop, "Pattern Recognition and Machine Learning", 2006, section 4.2.

    >>> log_weight_of(1.0, 2.0)
    -1.0
    """
    return log(max(population_share, _SMALLEST_SHARE)) - log_det / 2
