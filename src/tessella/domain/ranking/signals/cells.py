"""Cells of near vectors: where to look for candidates without comparing every item."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.index.index import Popularity, Vectors

#: The most items of a cell that are candidates.
MEMBERS: Final = 200
_MOST_CELLS: Final = 1_024
_SAMPLE_A_CELL: Final = 64
_ROUNDS: Final = 10
_BLOCK: Final = 8_192
_SEED: Final = 0


def cells_of(vectors: Vectors, popularity: Popularity) -> tuple[Vectors, NDArray[np.int64], Rows]:
    """The centres of the cells, offsets, and the members of each, the 200 most popular, best first; ties by row.

    Spherical k-means on unit vectors: an item belongs to the centre of the greatest product, a centre is the mean of
    its items at length 1. There are about as many cells as the root of the number of items with a vector, at most
    1,024, learnt from a sample. Items without a vector are in no cell.

    Source: Dhillon, Modha, "Concept Decompositions for Large Sparse Text Data Using Clustering" (2001).
    """
    rows = np.flatnonzero(vectors.any(axis=1)).astype(np.int32)
    centres = _centres(vectors, rows)
    cells = _nearest_centres(vectors[rows], centres)
    order = np.lexsort((rows, -popularity.scores[rows], cells))
    sizes = np.bincount(cells, minlength=len(centres))
    places = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.minimum(sizes, MEMBERS))])
    return centres, offsets, rows[order][places < MEMBERS]


def _centres(vectors: Vectors, rows: Rows) -> Vectors:
    random = np.random.default_rng(_SEED)
    count = min(math.isqrt(len(rows)), _MOST_CELLS)
    sample = vectors[np.sort(random.permutation(rows)[: count * _SAMPLE_A_CELL])]
    centres: Vectors = sample[np.sort(random.permutation(len(sample))[:count])]
    for _ in range(_ROUNDS if count > 1 else 0):
        centres = _moved(centres, sample, _nearest_centres(sample, centres))
    return centres


def _moved(centres: Vectors, sample: Vectors, cells: NDArray[np.int64]) -> Vectors:
    """Each centre at the mean of its vectors; one without any stays."""
    chosen = csr_array((np.ones(len(cells), np.float32), (cells, np.arange(len(cells)))), (len(centres), len(sample)))
    sums = chosen @ sample
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    moved = np.divide(sums, lengths, where=lengths > 0, out=centres.copy())
    return np.asarray(moved, np.float32)


def _nearest_centres(vectors: Vectors, centres: Vectors) -> NDArray[np.int64]:
    blocks = (vectors[start : start + _BLOCK] for start in range(0, len(vectors), _BLOCK))
    return np.concatenate([np.empty(0, np.int64), *((block @ centres.T).argmax(axis=1) for block in blocks)])
