"""What events of several kinds of groups amount to: a row a basket, session or subject, a column an item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array


def summed(codes: NDArray[np.int32], rows: NDArray[np.int32], values: NDArray[np.float64], items: int) -> csr_array:
    """A row a code from 0 on: the sum of the values of each item, added in the order they come.

    >>> summed(np.array([1, 0, 1]), np.array([1, 0, 1]), np.ones(3), 2).toarray().tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    entries = coo_array((values, (codes, rows)), shape=(codes.max(initial=-1) + 1, items))
    # Said to be canonical, it is not added up yet; turned around twice, its columns are sorted and nothing else moved.
    entries.has_canonical_format = True
    matrix = entries.tocsr().tocsc().tocsr()
    matrix.sum_duplicates()
    return matrix
