"""A neighbour as one number, so that sorting numbers sorts neighbours: best weight first, ties by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.index.index import Neighbours

#: The most neighbours of one item.
NEIGHBOURS: Final = 200
#: The weight's bits in the upper half, and in the lower half the row counted from the other end: greater is better.
Keys = NDArray[np.uint64]

_LOWER_HALF: Final = np.uint64(0xFFFF_FFFF)
_UPPER: Final = np.uint64(32)


def keys_of(weights: NDArray[np.float64], rows: Rows) -> Keys:
    """The keys of neighbours with weights above 0. The bits of such numbers are in the order of the numbers.

    >>> np.sort(keys_of(np.array([0.5, 0.5, 1.0]), np.array([4, 3, 9], np.int32))).tolist()[::-1] == keys_of(
    ...     np.array([1.0, 0.5, 0.5]), np.array([9, 3, 4], np.int32)
    ... ).tolist()
    True
    """
    bits = weights.astype(np.float32).view(np.uint32).astype(np.uint64)
    return np.asarray((bits << _UPPER) | (_LOWER_HALF - rows.astype(np.uint64)))


def strongest(keys: Keys) -> Keys:
    """The best neighbours of one item, best first. Changes the order of `keys`."""
    if len(keys) > NEIGHBOURS:
        keys.partition(len(keys) - NEIGHBOURS)
        keys = keys[-NEIGHBOURS:]
    keys.sort()
    return keys[::-1]


def neighbours_of(counts: Sequence[NDArray[np.int64]], keys: Sequence[Keys]) -> Neighbours:
    """The neighbours of all items, from those of runs of items: how many each item has, and their keys."""
    offsets = np.concatenate([np.zeros(1, np.int64), *counts])
    every = np.concatenate([np.empty(0, np.uint64), *keys])
    weights = (every >> _UPPER).astype(np.uint32).view(np.float32)
    return Neighbours(np.cumsum(offsets), (_LOWER_HALF - (every & _LOWER_HALF)).astype(np.int32), weights)
