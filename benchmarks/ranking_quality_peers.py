"""Other ways to rank the same purchases, over the whole catalogue: implicit's ALS, and EASE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from benchmarks.ranking_shops import Sales
from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.evaluation.views import View

#: Scores of shape (subjects, items) from the purchases before the cut, of shape (subjects, items).
Peer = Callable[[csr_array], NDArray[np.float32]]
_FACTORS: Final = 128
_EASE_LAMBDA: Final = 300.0
_EASE_ITEMS: Final = 8_000


def als(bought: csr_array) -> NDArray[np.float32]:
    """Matrix factorisation of implicit feedback (Hu, Koren and Volinsky 2008), by the `implicit` package."""
    from implicit.cpu.als import AlternatingLeastSquares

    with threadpool_limits(1, "blas"):  # it has threads of its own, and asks for this
        model = AlternatingLeastSquares(factors=_FACTORS, iterations=15, random_state=0, num_threads=0)
        model.fit(csr_matrix(bought, dtype=np.float32), show_progress=False)
    return np.asarray(model.user_factors @ model.item_factors.T, np.float32)


def ease(bought: csr_array) -> NDArray[np.float32]:
    """EASE (Steck 2019) on the 8,000 items that most subjects bought, with its full weights."""
    counts = np.bincount(bought.indices, minlength=bought.shape[1])
    rows = np.sort(np.argsort(-counts, kind="stable")[:_EASE_ITEMS])
    binary = csr_array((np.ones(bought.nnz), bought.indices, bought.indptr), bought.shape)[:, rows]
    gram = (binary.T @ binary).toarray()
    gram[np.diag_indices_from(gram)] += _EASE_LAMBDA
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    scores = np.full(bought.shape, -np.inf, np.float32)
    scores[:, rows] = binary @ weights
    return scores


PEERS: Final[Mapping[str, Peer]] = {"implicit ALS": als, "EASE": ease}


def bought_by(sales: Sales) -> csr_array:
    """How often each subject bought each item before the cut; subjects by code."""
    known, items = sales.split.known, sales.split.items
    shape = (int(known.subjects.max()) + 1, items)
    return csr_array((np.ones(len(known), np.float32), (known.subjects, known.rows)), shape=shape)


def lists_by(scores: NDArray[np.float32], sales: Sales, view: View, length: int) -> Rows:
    """The items of the highest scores for each subject of the split; for new items without those bought before."""
    if view is View.NEW_ITEMS:
        scores = scores.copy()
        before = sales.split.bought_before
        scores[before.keys // before.items, before.rows()] = -np.inf
    return np.argsort(-scores, axis=1, kind="stable")[:, :length].astype(np.int32)
