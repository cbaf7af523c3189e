"""Clusters of contexts, if there are any worth having: found, counted and named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Final

import numpy as np

from tessella.domain.experiments.clusters.candidates import Candidate, candidates
from tessella.domain.experiments.clusters.columns import Codes, Column, Numbers, read_columns
from tessella.domain.experiments.clusters.description import Description
from tessella.domain.experiments.clusters.fields import Point
from tessella.domain.experiments.clusters.model import Cluster, ClusterModel
from tessella.domain.experiments.clusters.names import names_of
from tessella.domain.experiments.clusters.partition import Partition
from tessella.domain.experiments.clusters.relations import related
from tessella.domain.experiments.clusters.rewards import Rewards, log_evidence
from tessella.domain.experiments.inference.estimates.heterogeneity import ENOUGH
from tessella.domain.identifiers import Json

#: A number of clusters is ruled out when rewards are so many times as likely under another.
_RULED_OUT: Final = log(ENOUGH)
#: Fewer clusters are chosen when they say nearly as much of the contexts as more of them do.
_NEARLY: Final = 0.95

_UNRELATED: Final = "No two fields of the contexts go together: any groups would be cut at random."
_NO_GROUPS: Final = "However contexts are cut, the groups say nothing of them, or one has less than one unit in fifty."
_ALIKE: Final = "Contexts form groups, but rewards say that the groups do not differ in what is rewarded."


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of clusters."""

    count: int
    #: How much shorter contexts are described, see `Description`: nats for each context, above 0.
    saved: float
    #: How well they explain the rewards, against no clusters: the logarithm of a Bayes factor.
    log_bayes_factor: float


@dataclass(frozen=True, slots=True)
class Clusters:
    """What was found."""

    #: None: there are none worth having.
    model: ClusterModel | None
    #: Why not; empty where there is a model.
    reason: str
    #: Fields that were left out because they name units.
    identifiers: tuple[str, ...]
    tried: tuple[Tried, ...] = ()


def find_clusters(contexts: Sequence[Mapping[str, Json]], rewards: Rewards) -> Clusters:
    """Clusters by contexts only; rewards say no more than into how many, and whether they are worth having.

    Of two to eight clusters by the fields that go together, those are candidates that say something of the contexts.
    Rewards rule out a number that explains them 20 times worse than another one, or than no clusters. Of the others,
    the fewest clusters are chosen that say nearly as much of the contexts as any. The same contexts and rewards give
    the same clusters. It works on one thread: requests are answered on the same machine.
    """
    import sklearn.cluster  # noqa: F401 - only the threads of what is loaded are limited
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return _found(contexts, rewards)


def _found(contexts: Sequence[Mapping[str, Json]], rewards: Rewards) -> Clusters:
    read = read_columns(contexts)
    columns = related(read.columns)
    if not columns:
        return Clusters(None, _UNRELATED, read.identifiers)
    points = np.hstack([each.points() for each in columns])
    cuts = list(candidates(points, Description.of(columns)))
    if not cuts:
        return Clusters(None, _NO_GROUPS, read.identifiers)
    factors = list(_log_bayes_factors(cuts, rewards.of_usual_variants()))
    tried = tuple(Tried(each.cut.count, each.saved, factor) for each, factor in zip(cuts, factors, strict=True))
    chosen = _chosen(cuts, factors)
    if chosen is None:
        return Clusters(None, _ALIKE, read.identifiers, tried)
    return Clusters(model_of(columns, points, chosen.cut), "", read.identifiers, tried)


def _chosen(cuts: Sequence[Candidate], factors: Sequence[float]) -> Candidate | None:
    """None where no cut explains the rewards better than none, and they rule out the one that contexts speak for."""
    least = max(0.0, *factors) - _RULED_OUT
    left = [each for each, factor in zip(cuts, factors, strict=True) if factor >= least]
    if max(factors) <= 0 and _fewest(cuts) not in left:
        return None
    return _fewest(left)


def _fewest(cuts: Sequence[Candidate]) -> Candidate:
    """The first that says nearly as much of contexts as any."""
    enough = _NEARLY * max(each.saved for each in cuts)
    return next(each for each in cuts if each.saved >= enough)


def _log_bayes_factors(cuts: Sequence[Candidate], rewards: Rewards) -> Iterator[float]:
    """Of each cut, against no clusters."""
    everybody = np.zeros_like(cuts[0].cut.labels)
    without = log_evidence(everybody, 1, rewards)
    for each in cuts:
        yield log_evidence(each.cut.labels, each.cut.count, rewards) - without


def model_of(columns: Sequence[Column], points: Numbers, cut: Partition) -> ClusterModel:
    """What tells the clusters of a cut, the largest first. `points` are those of all columns, side by side."""
    order: Codes = np.argsort(-cut.units, kind="stable")
    widths = [len(each.field.point(None)) for each in columns]
    centroids = [_by_field(cut.centroids[position], widths) for position in order]
    fields = tuple(each.field for each in columns)
    names = names_of(fields, _by_field(points.mean(axis=0), widths), centroids)
    units = cut.units[order].tolist()
    return ClusterModel(fields, tuple(Cluster(*each) for each in zip(names, units, centroids, strict=True)))


def _by_field(numbers: Numbers, widths: Sequence[int]) -> tuple[Point, ...]:
    bounds = np.cumsum([0, *widths]).tolist()
    return tuple(tuple(numbers[begin:end].tolist()) for begin, end in pairwise(bounds))
