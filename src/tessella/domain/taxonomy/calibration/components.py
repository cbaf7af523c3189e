"""Principal components: how many there are beyond chance, and turned so that each has few metrics."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array

_DRAWS: Final = 40
_CHANCE: Final = 0.95
_MOST_TURNS: Final = 100


def correlation_of(columns: Array) -> Array:
    """(c, c) of (players, c); none of the columns is constant."""
    standardised = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    correlation: Array = standardised.T @ standardised / len(columns)
    return correlation


def by_parallel_analysis(columns: Array, luck: np.random.Generator) -> int:
    """How many components of (players, c) vary more than those of columns that are shuffled each for itself.

    Components count from the first on while their eigenvalue is over the 95 % quantile of as many eigenvalues of
    shuffled columns. Source: Horn, "A rationale and test for the number of factors in factor analysis", Psychometrika
    30 (1965); Buja and Eyuboglu, "Remarks on parallel analysis" (1992), for shuffling.
    """
    seen = np.linalg.eigvalsh(correlation_of(columns))[::-1]
    draws = [np.linalg.eigvalsh(correlation_of(luck.permuted(columns, axis=0)))[::-1] for _ in range(_DRAWS)]
    is_more = seen > np.quantile(draws, _CHANCE, axis=0)
    return int(np.argmin(np.append(is_more, False)))


def by_broken_stick(columns: Array) -> int:
    """How many components explain more than the pieces of a stick that is broken at random.

    Component j of c has to explain more than (1/c) * sum from i = j to c of 1/i of the variance. It is told beside
    parallel analysis and does not decide: with blocks of three metrics that correlate at 0.7 it refuses all, since
    each of several equal axes explains less than a stick's longest piece. Source: Jackson, "Stopping rules in
    principal components analysis", Ecology 74 (1993).
    """
    seen = np.linalg.eigvalsh(correlation_of(columns))[::-1]
    count = len(seen)
    pieces = np.cumsum(1 / np.arange(count, 0, -1))[::-1] / count
    return int(np.argmin(np.append(seen / seen.sum() > pieces, False)))


def loadings_of(columns: Array, count: int) -> Array:
    """(c, count): the correlations of columns with the first components, turned by varimax."""
    values, vectors = np.linalg.eigh(correlation_of(columns))
    return varimax(vectors[:, ::-1][:, :count] * np.sqrt(np.maximum(values[::-1][:count], 0.0)))


def varimax(loadings: Array) -> Array:
    """The same space in which each metric loads on few components. Source: Kaiser, Psychometrika 23 (1958)."""
    turned, before = loadings, 0.0
    for _ in range(_MOST_TURNS):
        slope = turned**3 - turned * (turned**2).mean(axis=0)
        left, values, right = np.linalg.svd(loadings.T @ slope)
        turned = loadings @ left @ right
        if values.sum() <= before * (1 + 1e-9):
            break
        before = float(values.sum())
    return turned


def kept_part(component: Array, space: Array) -> float:
    """How far a component, (c,), lies in the space of others, (c, count): the cosine with its projection, 0 to 1."""
    basis, _ = np.linalg.qr(space)
    return float(np.linalg.norm(basis.T @ component) / np.linalg.norm(component))
