"""The number of segments as document C tells it: where the sum of squares stops falling steeply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tessella.domain.taxonomy.baselines import Array


def squares_of(coordinates: Array, most: int, seed: int) -> list[float]:
    """The sum of squared distances from the nearest center, of k-means into 1 to `most` segments."""
    from sklearn.cluster import KMeans

    most = min(most, len(np.unique(coordinates, axis=0)))
    fits = (KMeans(count, n_init=1, random_state=seed).fit(coordinates) for count in range(1, most + 1))
    return [float(each.inertia_) for each in fits]


def elbow_of(squares: Sequence[float]) -> int:
    """The number of segments furthest below the line from the first to the last sum of squares.

    It finds a bend in any curve: where there are no groups it says 2 or 3 all the same, which is why it does not
    decide. Source: requirement C, "K-means clustering with elbow method"; Satopaa et al., "Finding a Kneedle in a
    Haystack" (2011).

    >>> elbow_of([100.0, 50.0, 10.0, 8.0, 6.0]), elbow_of([3.0])
    (3, 1)
    """
    if len(squares) < 3 or squares[0] <= squares[-1]:
        return 1
    steps = np.linspace(0, 1, len(squares))
    fallen = (np.asarray(squares) - squares[-1]) / (squares[0] - squares[-1])
    return int(np.argmax(1 - steps - fallen)) + 1 if any(first > second for first, second in pairwise(squares)) else 1
