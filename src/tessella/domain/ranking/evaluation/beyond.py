"""What lists are like besides their hits: a number a subject."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NONE, Rows
from tessella.domain.ranking.evaluation.accuracy import Values
from tessella.domain.ranking.evaluation.pairs import Pairs
from tessella.domain.ranking.evaluation.split import Split
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.pipeline.mmr import similarity_of


def intra_list_diversity(index: RankingIndex, lists: Rows) -> Values:
    """1 - the mean likeness of two items of a list, by the likeness that MMR uses; 0 for fewer than two items."""
    return np.array([_diversity(index, each[each != NONE]) for each in lists])


def _diversity(index: RankingIndex, rows: Rows) -> float:
    pairs = len(rows) * (len(rows) - 1) / 2
    if not pairs:
        return 0.0
    similarity = similarity_of(index, rows)
    return 1 - sum(float(similarity(place)[:place].sum()) for place in range(len(rows))) / pairs


def novelty(split: Split, lists: Rows) -> Values:
    """The mean surprise of a list's items in bits: -log2 of the share of subjects who bought them before the cut.

    The share is (buyers + 1) / (subjects + 1), so that an item that nobody bought has one too. Source: Castells, Hurley
    and Vargas, "Novelty and Diversity in Recommender Systems" (2015).
    """
    surprise = -np.log2((buyers(split) + 1) / (_subjects(split) + 1))
    return _mean(surprise[lists], lists != NONE)


def popularity_bias(split: Split, lists: Rows, relevant: Pairs) -> Values:
    """How much more popular a list's items are than those that were then bought: a difference of mean standings.

    An item's standing is the share of the catalogue that fewer subjects bought, 0 to 1. So the bias lies between -1 and
    1; at 0 people are shown what they buy, above it more of what everybody buys.
    """
    counts = buyers(split)
    standing = np.searchsorted(np.sort(counts), counts) / max(len(counts), 1)
    sums = np.bincount(relevant.keys // max(relevant.items, 1), standing[relevant.rows()], relevant.subjects)
    return _mean(standing[lists], lists != NONE) - sums / np.maximum(relevant.counts(), 1)


def buyers(split: Split) -> NDArray[np.int64]:
    """Shape (items,): how many subjects bought each item before the cut."""
    bought = split.known.purchases()
    distinct = np.unique(bought.subjects.astype(np.int64) * max(split.items, 1) + bought.rows)
    return np.bincount(distinct % max(split.items, 1), minlength=split.items)


def _subjects(split: Split) -> int:
    return len(np.unique(split.known.subjects))


def _mean(values: Values, known: NDArray[np.bool_]) -> Values:
    return np.asarray(np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))
