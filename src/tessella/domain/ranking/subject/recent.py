"""Recent items: what a subject did lately, which co-visitation and embeddings look around."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.index.index import Embeddings
from tessella.domain.ranking.rows.weighted_rows import NOTHING, WeightedRows, heaviest, summed
from tessella.domain.ranking.signals.decay import decayed
from tessella.domain.ranking.subject.history import History

MOST_RECENT: Final = 100


def recent_items(history: History, items: int, half_life_days: float, now: Instant) -> WeightedRows:
    """The items of all events, the strongest first, at most 100.

    recent(i) = min(1, sum over events of i of weight * 2 ** (-age / half-life)).
    """
    if not len(history):
        return NOTHING
    weights = decayed(history.weights, history.times, now, half_life_days)
    found = heaviest(summed(WeightedRows(history.rows, weights), items), MOST_RECENT)
    return WeightedRows(found.rows, np.minimum(found.weights, 1.0)) if found.weights[0] > 0.0 else NOTHING


def anchored(anchors: Rows) -> WeightedRows:
    """The items that a request names, all alike, instead of recent ones."""
    return WeightedRows(anchors, np.ones(len(anchors)))


def subject_vector(embeddings: Embeddings, recent: WeightedRows) -> NDArray[np.float32] | None:
    """The mean of the vectors of recent items by their weights, of length 1; None when none of them has a vector."""
    vectors = embeddings.vectors.take(recent.rows, axis=0)
    mean = (vectors * recent.weights[:, np.newaxis]).sum(axis=0)
    length = float(np.sqrt(np.vecdot(mean, mean)))
    return (mean / length).astype(np.float32) if length > 0.0 else None
