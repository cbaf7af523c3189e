"""Expectations over a Beta distribution by Gaussian quadrature."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

Values = NDArray[np.float64]
#: Exact for polynomials up to the degree 2 * NODES - 1.
NODES: Final = 48
#: Rounding may put a place at 0, where expectations of x / p have no value.
_LEAST: Final = 1e-300


@lru_cache(maxsize=4096)
def beta_nodes(first: float, second: float) -> tuple[Values, Values]:
    """Places in (0, 1) and weights of the sum 1, so that E[g(p)] = sum w_i g(p_i) for p ~ Beta(first, second).

    The places are the eigenvalues of the Jacobi matrix of the polynomials that are orthogonal under it, the weights the
    squares of its eigenvectors' first entries: no power or binomial is formed, so large parameters do no harm. Source:
    Golub and Welsch, "Calculation of Gauss Quadrature Rules" (1969).

    >>> places, weights = beta_nodes(2.0, 6.0)
    >>> round(float(weights @ places), 12)
    0.25
    """
    total = first + second
    order = np.arange(1, NODES, dtype=np.float64)
    twice = 2 * order + total - 2
    means = (1 + (first - second) * (total - 2) / (twice * (twice + 2))) / 2
    later, twice = order[1:], twice[1:]
    squares = later * (later + first - 1) * (later + second - 1) * (later + total - 2)
    spreads = squares / (twice**2 * (twice + 1) * (twice - 1))
    diagonal = np.concatenate(([first / total], means))
    beside = np.concatenate(([first * second / (total**2 * (total + 1))], spreads))
    places, vectors = eigh_tridiagonal(diagonal, np.sqrt(beside))
    return np.clip(places, _LEAST, 1.0), vectors[0] ** 2
