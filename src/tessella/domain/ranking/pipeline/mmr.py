"""Step 5: maximal marginal relevance. Each next item is the one most relevant and least like those before it.

Source: Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking" (SIGIR 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NONE, Catalogue, Rows
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.rows.weighted_rows import Floats, Mask

#: How many of the most relevant items are put in another order.
POOL: Final = 200

Floats32 = NDArray[np.float32]
#: The likeness, 0 to 1 or less, of every item of a pool to the one at a place.
Similarity = Callable[[int], Floats32]
#: The next item's place in the order of relevance, and its penalty.
Step = tuple[int, float]


def in_order(relevance: Floats) -> Iterator[Step]:
    """Without diversity: as they come."""
    return ((place, 0.0) for place in range(len(relevance)))


def diversified(relevance: Floats, similarity: Similarity, mmr_lambda: float) -> Iterator[Step]:
    """The pool in its new order, then the rest as it comes. `relevance` is descending.

    penalty = (1 - lambda) * (relevance + top * likeness), where top is the greatest relevance and likeness that to the
    most similar item before; so relevance - penalty = lambda * relevance - (1 - lambda) * top * likeness. Equal items
    come by relevance, then by row. What is beyond the pool counts as like as can be: the scores descend to the end.
    """
    pool, share = min(POOL, len(relevance)), 1.0 - mmr_lambda
    top = share * float(relevance[0]) if pool else 0.0
    alone = mmr_lambda * relevance[:pool]
    scores = alone.copy()
    for _ in range(pool):
        place = int(scores.argmax())
        yield place, float(relevance[place] - scores[place])
        np.minimum(scores, alone - top * similarity(place), out=scores)
        scores[place] = -np.inf
    for place in range(pool, len(relevance)):
        yield place, float(share * relevance[place] + top)


def similarity_of(index: RankingIndex, rows: Rows) -> Similarity:
    """By embeddings where both items have one; else by category and brand."""
    by_labels = _label_similarity(index.catalogue, rows)
    if index.embeddings is None:
        return by_labels
    vectors = index.embeddings.vectors.take(rows, axis=0)
    has_vector: Mask = np.greater(np.vecdot(vectors, vectors), 0.0)

    def by_vectors(place: int) -> Floats32:
        likeness: Floats32 = np.vecdot(vectors, vectors[place])
        return likeness

    def by_either(place: int) -> Floats32:
        return np.where(has_vector, by_vectors(place), by_labels(place)) if has_vector[place] else by_labels(place)

    return by_vectors if has_vector.all() else by_either


def _label_similarity(catalogue: Catalogue, rows: Rows) -> Similarity:
    """A half for the same category and a half for the same brand; an unknown one is like no other."""
    brands, categories = catalogue.brands.codes.take(rows), catalogue.categories.codes.take(rows)

    def similarity(place: int) -> Floats32:
        return _same(brands, place) + _same(categories, place)

    return similarity


def _same(codes: Rows, place: int) -> Floats32:
    half: Floats32 = np.where(codes == codes[place], np.float32(0.5 if codes[place] != NONE else 0.0), np.float32(0.0))
    return half
