"""How well lists hit: a number a subject, 0 to 1.

`hits` has the shape (subjects, K): whether each place of each list is relevant. `relevant`: how many items are relevant
to each subject, 1 or more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
Counts = NDArray[np.int64]
Values = NDArray[np.float64]


def precision(hits: Hits, relevant: Counts) -> Values:
    """Hits by K, also where a list is shorter."""
    return np.asarray(hits.sum(axis=1) / hits.shape[1])


def recall(hits: Hits, relevant: Counts) -> Values:
    """Hits by the relevant items."""
    return np.asarray(hits.sum(axis=1) / relevant)


def average_precision(hits: Hits, relevant: Counts) -> Values:
    """Sum over hits of the precision down to there, by min(relevant, K). Its mean is MAP.

    >>> average_precision(np.array([[True, False, True]]), np.array([2])).round(4).tolist()
    [0.8333]
    """
    precisions = hits.cumsum(axis=1) / _ranks(hits)
    return np.asarray((precisions * hits).sum(axis=1) / _most(hits, relevant))


def ndcg(hits: Hits, relevant: Counts) -> Values:
    """Sum over hits of 1 / log2(rank + 1), by the sum of the best list: min(relevant, K) hits first.

    Source: Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques" (TOIS 2002), with gains of 1.

    >>> ndcg(np.array([[False, True]]), np.array([1])).round(4).tolist()
    [0.6309]
    """
    discounts = 1 / np.log2(_ranks(hits) + 1)
    return np.asarray((hits * discounts).sum(axis=1) / discounts.cumsum()[_most(hits, relevant) - 1])


def reciprocal_rank(hits: Hits, relevant: Counts) -> Values:
    """1 by the rank of the first hit, 0 without one. Its mean is MRR."""
    return np.where(hits.any(axis=1), 1 / (hits.argmax(axis=1) + 1), 0.0)


def _ranks(hits: Hits) -> Counts:
    return np.arange(1, hits.shape[1] + 1)


def _most(hits: Hits, relevant: Counts) -> Counts:
    return np.minimum(relevant, hits.shape[1])
