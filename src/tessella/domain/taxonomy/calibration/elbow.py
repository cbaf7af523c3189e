"""The number of segments as document C tells it: where the sum of squares stops falling steeply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Labels

#: Starts of a k-means that is kept, the best of which is taken.
_STARTS: Final = 3


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


def slices(learned_from: Array, players: Array, count: int, seed: int) -> Labels:
    """The k-means segments of some coordinates, for players at (players, d): 0 to `count` - 1."""
    from sklearn.cluster import KMeans

    fit = KMeans(count, n_init=_STARTS, random_state=seed).fit(learned_from)
    return np.asarray(fit.predict(players), np.int64)


def resettled(players: Array, labels: Labels) -> Labels:
    """Everybody in the k-means segments that settle from those of some; -1 is the label of the others."""
    from sklearn.cluster import KMeans

    centers = np.array([players[labels == each].mean(axis=0) for each in range(int(labels.max()) + 1)])
    return np.asarray(KMeans(len(centers), init=centers, n_init=1).fit_predict(players), np.int64)
