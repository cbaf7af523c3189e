"""Items that predict one another: a linear autoencoder with a closed form."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.index.index import Neighbours
from tessella.domain.ranking.signals.co_visitation.contexts import Contexts
from tessella.domain.ranking.signals.co_visitation.neighbour_keys import keys_of, neighbours_of, strongest

#: It is made for the items in most contexts: a dense matrix of so many squared, 512 MB.
MOST_ITEMS: Final = 8_000
#: L2 regularisation.
LAMBDA: Final = 300.0


def ease_neighbours(contexts: Contexts) -> Neighbours:
    """The best neighbours of every item by EASE; none for an item that is not among the 8,000 in most contexts.

    P = (X'X + lambda I)^-1 and B_ij = -P_ij / P_jj for i != j, of which what is above 0 counts, divided by the greatest
    of all: 0 to 1, and not symmetric. Source: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019).
    """
    rows = _in_most_contexts(contexts)
    inverse = _inverse(contexts, rows)
    greatest = max((_weights(inverse, place).max() for place in range(len(rows))), default=1.0) or 1.0
    counts, keys = np.zeros(contexts.items, np.int64), []
    for place, row in enumerate(rows.tolist()):
        weights = _weights(inverse, place) / greatest
        found = weights > 0
        keys.append(strongest(keys_of(weights[found], rows[found])))
        counts[row] = len(keys[-1])
    return neighbours_of([counts], keys)


def _in_most_contexts(contexts: Contexts) -> Rows:
    """The rows of those items, ascending; ties go to the lower row."""
    counts = np.diff(contexts.by_item.indptr)
    most = np.argsort(-counts, kind="stable")[:MOST_ITEMS]
    return np.sort(most[counts[most] > 0]).astype(np.int32)


def _inverse(contexts: Contexts, rows: Rows) -> NDArray[np.float64]:
    """The lower half of the inverse of the regularised Gram matrix, made in place."""
    columns = contexts.by_item[rows]
    gram = (columns @ columns.T).toarray(order="F")
    gram[np.diag_indices_from(gram)] += LAMBDA
    factor, _ = lapack.dpotrf(gram, lower=True, overwrite_a=True)
    inverse, _ = lapack.dpotri(factor, lower=True, overwrite_c=True)
    return np.asarray(inverse)


def _weights(inverse: NDArray[np.float64], place: int) -> NDArray[np.float64]:
    """A row of B, from both arms of the lower half."""
    row = np.concatenate([inverse[place, :place], inverse[place:, place]])
    weights = -row / inverse.diagonal()
    weights[place] = 0.0
    return weights
