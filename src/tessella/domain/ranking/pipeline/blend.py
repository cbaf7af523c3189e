"""Step 3: the signals of each candidate, from 0 to 1, and their weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.windows import popularity_for
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.pipeline.interest import Interest
from tessella.domain.ranking.rows.weighted_rows import Floats, looked_up, scaled

#: The knob that weighs each signal: popularity, co-visitation, embedding, own history.
WEIGHTS: Final = ("alpha", "beta", "gamma", "delta")


def signals(
    index: RankingIndex, config: Mapping[str, KnobValue], interest: Interest, rows: Rows, nearness: Floats
) -> Floats:
    """Shape (4, items): what each signal says of each row; zeros where there is nothing to tell it by.

    Co-visitation is divided by its largest value. Embedding is the cosine to the subject's vector, never below 0.
    """
    found = np.zeros((len(WEIGHTS), len(rows)))
    popularity = popularity_for(index, config)
    if popularity is not None:
        found[0] = popularity.scores.take(rows)
    found[1] = scaled(nearness)
    if interest.vector is not None and index.embeddings is not None:
        vectors = index.embeddings.vectors.take(rows, axis=0)
        found[2] = np.maximum(np.vecdot(vectors, interest.vector), 0.0)
    if len(interest.own):
        found[3] = looked_up(rows, interest.own, len(index.catalogue))
    return found


def weights(config: Mapping[str, KnobValue]) -> Floats:
    """The weight of each signal."""
    return np.array([config[knob] for knob in WEIGHTS], np.float64)


def blend(found: Floats, weighing: Floats) -> Floats:
    """The sum of alpha * popularity, beta * co-visitation, gamma * embedding and delta * own history, in this order."""
    total: Floats = (found * weighing[:, np.newaxis]).sum(axis=0)
    return total
