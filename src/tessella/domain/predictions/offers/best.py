"""The best offer for each of many subjects at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def best_offers(probabilities: NDArray[np.float64], worth: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which column is the best for each row, as `prediction.offers_of` ranks them.

    By probability times worth, then by probability, then by the first: columns come in the order of the offers' names.
    `probabilities` has the shape (subjects, offers), `worth` (offers,). Without any offer it is -1.

    >>> best_offers(np.array([[0.5, 0.01], [0.9, 0.001]]), np.array([2.0, 400.0])).tolist()
    [1, 0]
    """
    if not len(worth):
        return np.full(len(probabilities), -1)
    expected = probabilities * worth
    is_best = expected == expected.max(axis=1, keepdims=True)
    best: NDArray[np.int64] = np.where(is_best, probabilities, -1.0).argmax(axis=1)
    return best
