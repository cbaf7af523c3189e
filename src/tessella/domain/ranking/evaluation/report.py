"""What an evaluation found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tessella.domain.ranking.evaluation.bootstrap import Estimate

#: The metrics that are a mean over subjects, in the order of the columns of `columns_of`.
METRICS: Final = (
    "precision", "recall", "map", "ndcg", "mrr", "intra_list_diversity", "novelty", "popularity_bias", "served",
)  # fmt: skip
#: The share of the catalogue that stands in some list.
COVERAGE: Final = "coverage"


class Measured(Estimate, frozen=True):
    """One metric of one ranking."""

    #: By baseline: how much greater the metric is than that of the baseline.
    against: Mapping[str, Estimate]


class Group(msgspec.Struct, frozen=True):
    """The metrics of a group of subjects."""

    #: None: all.
    segment_id: str | None
    subjects: int
    metrics: Mapping[str, Measured]


class Viewed(msgspec.Struct, frozen=True):
    """One ranking under one view: first all subjects that have something relevant, then by segment."""

    view: str
    groups: Sequence[Group]


class Contended(msgspec.Struct, frozen=True):
    """One ranking."""

    name: str
    views: Sequence[Viewed]


class Evaluation(msgspec.Struct, frozen=True):
    """The whole report."""

    #: How long the lists are: the K of the metrics.
    length: int
    items: int
    #: How many events are known.
    events: int
    subjects: int
    cold_subjects: int
    contenders: Sequence[Contended]

    def metric(self, contender: str, view: str, metric: str) -> Measured:
        """One figure over all subjects. Raises `KeyError` where it was not measured."""
        for each in self.contenders:
            for viewed in each.views:
                if (each.name, viewed.view) == (contender, view) and viewed.groups:
                    return viewed.groups[0].metrics[metric]
        raise KeyError(contender, view, metric)
