"""What is believed after rewards: a normal distribution around the most likely values, and how well a prior fits.

Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), algorithms 3.1 and 3.2 for binary
rewards, and 2.1 for continuous ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError
from scipy.linalg.lapack import dpotrf, dpotrs
from scipy.special import expit

from tessella.domain.experiments.learning.cells import Cells

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_MOST_STEPS: Final = 8
_CLOSE: Final = 1e-9
#: Added to a variance of which nothing else is known: the variance of so many rows of all cells.
_PSEUDO_ROWS: Final = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Believed:
    """Deviations from the mean, one for each segment and variant, segment by segment."""

    #: Shape (segments * variants,).
    deviations: Vector
    #: The logarithm of how likely the rewards are under the prior. Comparable between priors for the same cells.
    log_evidence: float
    #: Of the prior K, the root of the weights W, and the Cholesky factor of I + W^1/2 K W^1/2: see `covariance`.
    prior: Matrix
    root: Vector
    factor: Matrix

    def covariance(self) -> Matrix:
        """Of the deviations, shape (segments * variants, segments * variants): K - K W^1/2 B^-1 W^1/2 K."""
        scaled = self.root[:, None] * self.prior
        left: Matrix = self.prior - scaled.T @ _solved(self.factor, scaled)
        return left


def believed_binary(cells: Cells, mean: float, prior: Matrix) -> Believed:
    """Of rewards that come or do not, with values as logits around `mean`."""
    units, rewarded = cells.units.ravel(), cells.total.ravel()
    weights = np.zeros_like(units)
    deviations = np.zeros_like(units)
    for _ in range(_MOST_STEPS):
        before = deviations
        chances = expit(mean + deviations)
        curvature = units * chances * (1 - chances)
        root = np.sqrt(curvature)
        factor = _factor(prior, root)
        pull = curvature * deviations + rewarded - units * chances
        weights = pull - root * _solved(factor, root * (prior @ pull))
        deviations = prior @ weights
        if np.abs(deviations - before).max() < _CLOSE:
            break
    values = mean + deviations
    chances = expit(values)
    root = np.sqrt(units * chances * (1 - chances))
    factor = _factor(prior, root)
    fit = float((rewarded * values - units * np.logaddexp(0, values)).sum() - 0.5 * weights @ deviations)
    return Believed(deviations, fit - _half_log_determinant(factor), prior, root, factor)


def believed_continuous(cells: Cells, mean: float, prior: Matrix) -> Believed:
    """Of rewards that are amounts, with values on their own scale around `mean`."""
    units = cells.units.ravel()
    seen = units > 0
    precision = np.where(seen, units / variances(cells).ravel(), 0.0)
    root = np.sqrt(precision)
    distance = np.where(seen, cells.total.ravel() / np.where(seen, units, 1) - mean, 0.0)
    factor = _factor(prior, root)
    pull = root * _solved(factor, root * distance)
    fit = -0.5 * float(distance @ pull)
    return Believed(prior @ pull, fit - _half_log_determinant(factor), prior, root, factor)


def variances(cells: Cells) -> NDArray[np.float64]:
    """The variance of a unit's reward in each cell, drawn to that within all cells where units are few."""
    within = np.maximum(cells.squares - cells.total**2 / np.where(cells.units > 0, cells.units, 1), 0.0)
    everybody = cells.units.sum()
    pooled = within.sum() / everybody if everybody and within.sum() else 1.0
    return (within + _PSEUDO_ROWS * pooled) / (cells.units + _PSEUDO_ROWS)


def _factor(prior: Matrix, root: Vector) -> Matrix:
    """The Cholesky factor of I + W^1/2 K W^1/2, which is always positive definite where it holds numbers."""
    inner = root[:, None] * prior * root
    inner.flat[:: len(inner) + 1] += 1.0
    factor: Matrix
    factor, failed = dpotrf(inner, lower=True)
    if failed:
        raise LinAlgError("what is believed cannot be computed: a count or a prior is no number")
    return factor


def _solved(factor: Matrix, right: Matrix) -> Matrix:
    """B^-1 times it. LAPACK's own call: the matrices are so small that checks around it would take longer."""
    solved: Matrix = dpotrs(factor, right, lower=True)[0]
    return solved


def _half_log_determinant(factor: Matrix) -> float:
    return float(np.log(np.diagonal(factor)).sum())
