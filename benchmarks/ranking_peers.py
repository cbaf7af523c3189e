"""The peers of the `ranking` benchmark: the same vectors, ranked by others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.ranking_workload import DIMENSIONS, RankingWorkload

Peer = tuple[Callable[[Any], object], Sequence[Any]]


def implicit_als(load: RankingWorkload, limit: int) -> Peer:
    """`recommend` of a model that has our vectors as its factors: what it would do after training."""
    from implicit.cpu.als import AlternatingLeastSquares

    seen = _seen(load)
    model = AlternatingLeastSquares(factors=DIMENSIONS)
    model.item_factors = _vectors(load)
    model.user_factors = _subjects(load)
    users = [(user, seen[user]) for user in range(len(load.histories))]
    return (lambda asked: model.recommend(*asked, N=limit, filter_already_liked_items=True)), users


def full_scan(load: RankingWorkload, limit: int) -> Peer:
    """Popularity and likeness of every item, and the best of them: the plainest that can be written."""
    vectors, scores = _vectors(load), load.index.popularity[30.0].scores

    def ask(subject: np.ndarray) -> np.ndarray:
        blended = scores + 0.2 * (vectors @ subject)
        best = np.argpartition(blended, -limit)[-limit:]
        return best[np.argsort(-blended[best])]

    return ask, list(_subjects(load))


def _vectors(load: RankingWorkload) -> np.ndarray:
    embeddings = load.index.embeddings
    assert embeddings is not None
    return embeddings.vectors


def _subjects(load: RankingWorkload) -> np.ndarray:
    """The mean of the vectors of each visitor's items."""
    return np.stack([_vectors(load)[history.rows].mean(axis=0) for history in load.histories])


def _seen(load: RankingWorkload) -> csr_matrix:
    rows = [np.unique(history.rows) for history in load.histories]
    offsets = np.concatenate(([0], np.cumsum([len(each) for each in rows])))
    columns = np.concatenate(rows)
    shape = (len(rows), len(load.index.catalogue))
    return csr_matrix((np.ones(len(columns), np.float32), columns, offsets), shape=shape)
