"""A vector an item: items near one another are liked by the same subjects."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import Embeddings, Popularity, Vectors
from tessella.domain.ranking.signals.cells import cells_of
from tessella.domain.ranking.signals.decay import decayed
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.ranking.signals.sums import summed

#: When an event counts half in training.
HALF_LIFE_DAYS: Final = 90.0
_POWER_ITERATIONS: Final = 4
_SEED: Final = 0
#: A vector so much shorter than the longest is the noise of float32.
_NOISE: Final = 1e-6


def train_embeddings(interactions: Interactions, items: int, dimensions: int, as_of: Instant) -> Vectors:
    """A vector of length 1 for every item, from the events up to `as_of`; zeros for an item without any.

    X_ui = log1p(sum of w_e * 2^(-age_e / 90 days)) over the events of subject u with item i; X is about U S V', and
    item i's vector is row i of V sqrt(S). Shape (items, dimensions), 1 to some hundred dimensions; those beyond what
    the events carry are 0. The same events give the same vectors on one machine.
    A process that trains 64 dimensions for 1,000,000 items from 5,000,000 events peaks at 1.8 GB.

    Source: Halko, Martinsson, Tropp, "Finding Structure with Randomness" (2011), for the truncated decomposition.
    """
    events = interactions.window(as_of)
    vectors = np.zeros((items, dimensions), np.float32)
    fading = decayed(events.weights, events.times, as_of, half_life_days=HALF_LIFE_DAYS)
    matrix = summed(events.subjects, events.rows, fading, items)
    matrix.data = np.log1p(matrix.data).astype(np.float32)
    kept = min(dimensions, *matrix.shape)
    if kept and matrix.data.any():
        vectors[:, :kept] = _decomposed(matrix, kept)
    return _at_length_1(vectors)


def embeddings_of(vectors: Vectors, popularity: Popularity) -> Embeddings:
    """Vectors of length 1 or 0, trained or supplied, with the cells to find candidates by."""
    return Embeddings(vectors, *cells_of(vectors, popularity))


def _decomposed(matrix: csr_array, dimensions: int) -> Vectors:
    from sklearn.utils.extmath import randomized_svd

    _, strengths, axes = randomized_svd(matrix, dimensions, n_iter=_POWER_ITERATIONS, random_state=_SEED)
    return np.asarray(axes.T * np.sqrt(strengths), np.float32)


def _at_length_1(vectors: Vectors) -> Vectors:
    """The vectors at length 1; what is 0, or next to it, is 0."""
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    known = norms > _NOISE * norms.max(initial=0.0)
    return np.asarray(np.divide(vectors, norms, where=known, out=np.zeros(vectors.shape)), np.float32)
