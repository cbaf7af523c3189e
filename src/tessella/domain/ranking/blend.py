"""Step 3: the signals of each candidate, from 0 to 1, and their weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from tessella.domain.ranking.candidates import Candidates, Floats, scaled
from tessella.domain.ranking.index import RankingIndex
from tessella.domain.ranking.interest import Interest
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.windows import popularity_for

#: The knob that weighs each signal: popularity, co-visitation, embedding, own history.
WEIGHTS: Final = ("alpha", "beta", "gamma", "delta")


def signals(
    index: RankingIndex, config: Mapping[str, KnobValue], interest: Interest, candidates: Candidates, nearness: Floats
) -> Floats:
    """Shape (4, candidates): what each signal says of each; zeros where there is nothing to tell it by.

    Co-visitation is divided by its largest value. Embedding is the cosine to the subject's vector, never below 0.
    """
    found = np.zeros((len(WEIGHTS), len(candidates)))
    popularity = popularity_for(index, config)
    if popularity is not None:
        found[0] = popularity.scores.take(candidates.rows)
    found[1] = scaled(nearness)
    if interest.vector is not None and index.embeddings is not None:
        vectors = index.embeddings.vectors.take(candidates.rows, axis=0)
        found[2] = np.maximum(np.einsum("id,d->i", vectors, interest.vector), 0.0)
    if len(interest.own):
        found[3] = candidates.sums(interest.own)
    return found


def weights(config: Mapping[str, KnobValue]) -> list[float]:
    """The weight of each signal."""
    return [float(config[knob]) for knob in WEIGHTS]


def blend(found: Floats, weighing: list[float]) -> Floats:
    """Alpha * popularity + beta * co-visitation + gamma * embedding + delta * own history, added in this order."""
    total: Floats = found[0] * weighing[0]
    for values, weight in zip(found[1:], weighing[1:], strict=True):
        if weight:
            total += values * weight
    return total
