"""The metrics of lists, a column each, of the subjects that have something relevant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NONE, Rows
from tessella.domain.ranking.evaluation import accuracy
from tessella.domain.ranking.evaluation.accuracy import Values
from tessella.domain.ranking.evaluation.beyond import intra_list_diversity, novelty, popularity_bias
from tessella.domain.ranking.evaluation.bootstrap import bootstrap, jackknife
from tessella.domain.ranking.evaluation.pairs import Pairs
from tessella.domain.ranking.evaluation.report import COVERAGE, METRICS, Measured
from tessella.domain.ranking.evaluation.split import Split
from tessella.domain.ranking.index.index import RankingIndex

_ACCURACY = (
    accuracy.precision,
    accuracy.recall,
    accuracy.average_precision,
    accuracy.ndcg,
    accuracy.reciprocal_rank,
)


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """One ranking under one view."""

    #: Shape (subjects, metrics), in the order of `METRICS`.
    values: Values
    #: Shape (subjects, length).
    lists: Rows
    items: int

    def where(self, chosen: NDArray[np.bool_]) -> Columns:
        """Some of the subjects."""
        return Columns(self.values[chosen], self.lists[chosen], self.items)

    def coverage_without_each(self) -> Values:
        """The coverage with each subject left out in turn."""
        once_each = np.unique(np.arange(len(self.lists))[:, np.newaxis] * (self.items + 1) + self.lists + 1)
        subjects, rows = np.divmod(once_each, self.items + 1)
        subjects, rows = subjects[rows > 0], rows[rows > 0]
        counts = np.bincount(rows, minlength=self.items + 1)
        alone = np.bincount(subjects[counts[rows] == 1], minlength=len(self.lists))
        return (np.count_nonzero(counts) - alone) / max(self.items, 1)

    def coverage(self) -> float:
        """The share of the catalogue that stands in some list."""
        return float(np.count_nonzero(np.unique(self.lists) != NONE) / max(self.items, 1))


def columns_of(index: RankingIndex, split: Split, lists: Rows, relevant: Pairs) -> Columns:
    """Every metric of every subject that has something relevant."""
    counts = relevant.counts()
    some = counts > 0
    hits = relevant.holds(lists)[some]
    beyond = (
        intra_list_diversity(index, lists[some]),
        novelty(split, lists)[some],
        popularity_bias(split, lists, relevant)[some],
        (lists[some] != NONE).any(axis=1),
    )
    values = np.column_stack([*(metric(hits, counts[some]) for metric in _ACCURACY), *beyond])
    return Columns(values.astype(np.float64), lists[some], len(index.catalogue))


def measured(columns: Columns, baselines: Mapping[str, Columns]) -> dict[str, Measured]:
    """Every metric with its interval, and its difference to each baseline with that of the pairs."""
    differences = [columns.values - base.values for base in baselines.values()]
    means = bootstrap(np.hstack([columns.values, *differences]))
    own, *others = (means[begin : begin + len(METRICS)] for begin in range(0, len(means), len(METRICS)))
    against = [dict(zip(baselines, each, strict=True)) for each in zip(*others, strict=True)]
    told = {
        metric: Measured(each.value, each.low, each.high, versus)
        for metric, each, versus in zip(METRICS, own, against, strict=True)
    }
    return told | {COVERAGE: _coverage(columns, baselines)}


def _coverage(columns: Columns, baselines: Mapping[str, Columns]) -> Measured:
    covered, left_out = columns.coverage(), columns.coverage_without_each()
    own = jackknife(covered, left_out)
    against = {
        name: jackknife(covered - base.coverage(), left_out - base.coverage_without_each())
        for name, base in baselines.items()
    }
    return Measured(own.value, own.low, own.high, against)
