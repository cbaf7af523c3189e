"""Which items came together: a row a basket, session or subject, a column an item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, eq=False)
class Contexts:
    """How much each item counts in each context, both ways round; `contexts_of` makes it.

    Values are above 0, in float64 of at most 24 bits: the product of two is exact.
    """

    #: Contexts x items.
    by_context: csr_array
    #: Items x contexts.
    by_item: csr_array
    #: Shape (items,): the length of each item's column.
    norms: NDArray[np.float64]

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self.norms)

    def products(self) -> NDArray[np.int64]:
        """How many products each item's neighbours take: the contexts of the item by their lengths."""
        lengths = np.diff(self.by_context.indptr).astype(np.int64)
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[self.by_item.indices])])
        return np.asarray(np.diff(before[self.by_item.indptr]))


def contexts_of(by_context: csr_array) -> Contexts:
    """The contexts of a matrix with sorted columns."""
    by_context.data = by_context.data.astype(np.float32).astype(np.float64)
    by_context.eliminate_zeros()
    squares = np.bincount(by_context.indices, by_context.data**2, by_context.shape[1])
    return Contexts(by_context, by_context.T.tocsr(), np.sqrt(squares))
