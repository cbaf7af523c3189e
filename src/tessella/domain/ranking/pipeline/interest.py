"""What a request tells of the subject's interest: their own items, recent ones, a vector, a taste."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.rows.weighted_rows import NOTHING, WeightedRows
from tessella.domain.ranking.subject.own import own_items
from tessella.domain.ranking.subject.recent import anchored, recent_items, subject_vector
from tessella.domain.ranking.subject.taste import Taste, taste_of


class Interest(msgspec.Struct, frozen=True):
    """Everything about the subject that the pipeline reads."""

    own: WeightedRows = NOTHING
    #: The subject's recent items, or the request's anchors.
    recent: WeightedRows = NOTHING
    #: Of length 1; None when no recent item has a vector, or when nobody asks.
    vector: NDArray[np.float32] | None = None
    taste: Taste | None = None


def interest_of(index: RankingIndex, request: RankingRequest, now: Instant) -> Interest:
    """From the history and the anchors of a request; what has no weight in its configuration is left out."""
    config, history, items = request.config, request.history, len(index.catalogue)
    anchors = request.anchors[request.anchors >= 0]
    recent = anchored(anchors) if len(anchors) else recent_items(history, items, config["co_vis_window_days"] / 2, now)
    wanted = index.embeddings if config["gamma"] and len(recent) else None
    return Interest(
        own_items(history, items, config["own_half_life_days"], now) if config["delta"] else NOTHING,
        recent,
        None if wanted is None else subject_vector(wanted, recent),
        taste_of(index.catalogue, history, config, now) if config["profile_boost"] and len(history) else None,
    )
