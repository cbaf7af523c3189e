"""Principal components: how many there are beyond chance, and turned so that each has few metrics."""

from __future__ import annotations

from itertools import combinations
from math import atan2, cos, sin
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array

_DRAWS: Final = 100
_CHANCE: Final = 0.99
_MOST_TURNS: Final = 100
_NO_TURN: Final = 1e-6


def correlation_of(columns: Array) -> Array:
    """(c, c) of (players, c); none of the columns is constant."""
    standardised = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    correlation: Array = standardised.T @ standardised / len(columns)
    return correlation


def by_parallel_analysis(columns: Array, luck: np.random.Generator) -> int:
    """How many components of (players, c) vary more than those of columns that are shuffled each for itself.

    Components count from the first on while their eigenvalue is over the 99 % quantile of that of shuffled columns.
    Source: Horn, "A rationale and test for the number of factors in factor analysis", Psychometrika 30 (1965); Buja and
    Eyuboglu, "Remarks on parallel analysis", Multivariate Behavioral Research 27 (1992), for shuffling.
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
    """The same space in which each metric loads on few components: each pair is turned until no turn is left.

    By the angle of a quarter of atan2(D - 2 A B / c, C - (A^2 - B^2) / c) with u = x^2 - y^2, v = 2 x y, A = sum u,
    B = sum v, C = sum (u^2 - v^2), D = 2 sum u v. Source: Kaiser, "The varimax criterion for analytic rotation in
    factor analysis", Psychometrika 23 (1958).
    """
    turned, pairs = loadings.copy(), list(combinations(range(loadings.shape[1]), 2))
    for _ in range(_MOST_TURNS):
        angles = [_turn(turned, *pair) for pair in pairs]
        if max(map(abs, angles), default=0.0) < _NO_TURN:
            break
    return turned


def _turn(loadings: Array, one: int, other: int) -> float:
    """Turn two columns in place; the angle."""
    x, y = loadings[:, one].copy(), loadings[:, other].copy()
    u, v = x**2 - y**2, 2 * x * y
    across = 2 * u @ v - 2 * u.sum() * v.sum() / len(x)
    along = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / len(x)
    angle = atan2(across, along) / 4
    loadings[:, one], loadings[:, other] = x * cos(angle) + y * sin(angle), y * cos(angle) - x * sin(angle)
    return angle


def agreement(component: Array, one: Array, other: Array) -> float:
    """How far two halves know a component, (c,), alike: 0 to 1.

    What there is of it in the components of one half, (c, count), lies in those of the other: the lesser cosine with
    the projection, of both ways. Halves are compared with each other, not with the whole that both are part of: chance
    would be in the whole and in its halves. For one component each it is Tucker's congruence of the halves.
    """
    bases = [np.linalg.qr(each)[0] for each in (one, other)]
    ways = [(bases[0], bases[1]), (bases[1], bases[0])]
    return min(_kept(there @ (there.T @ component), here) for there, here in ways)


def _kept(part: Array, basis: Array) -> float:
    length = float(np.linalg.norm(part))
    return float(np.linalg.norm(basis.T @ part)) / length if length > 0 else 0.0
