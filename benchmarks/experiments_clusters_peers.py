"""The peers of the `experiments_clusters` benchmark, each as its documentation says: a row to its cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_VARIANTS: Final = 4
_HISTORY: Final = 5_000


@dataclass(frozen=True, slots=True)
class Peer:
    """One library, fitted to the same points; it takes them as arrays of shape (1, columns)."""

    name: str
    choose: Callable[[NDArray[np.float64]], Any]


def scikit_learn(points: NDArray[np.float64], clusters: int) -> Peer:
    """The cluster, of a row that is encoded already."""
    from sklearn.cluster import KMeans

    return Peer("scikit-learn, KMeans.predict of an encoded row", KMeans(clusters, random_state=1).fit(points).predict)


def mabwiser(points: NDArray[np.float64], clusters: int) -> Peer:
    """The variant, by a bandit for each cluster, of a row that is encoded already."""
    from mabwiser.mab import MAB, LearningPolicy, NeighborhoodPolicy

    random = np.random.default_rng(1)
    policy = NeighborhoodPolicy.Clusters(clusters, is_minibatch=True)
    bandit = MAB(list(range(_VARIANTS)), LearningPolicy.ThompsonSampling(), policy, seed=1)
    some = points[:_HISTORY]
    bandit.fit(random.integers(0, _VARIANTS, len(some)), random.integers(0, 2, len(some)), some)
    return Peer("mabwiser, Clusters with Thompson sampling, of an encoded row", bandit.predict)


PEERS: Final[tuple[Callable[[NDArray[np.float64], int], Peer], ...]] = (scikit_learn, mabwiser)
