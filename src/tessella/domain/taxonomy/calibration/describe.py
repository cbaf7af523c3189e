"""Segments described: where they lie, how far they spread, who is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.contexts import Contexts, more_in_context
from tessella.domain.taxonomy.calibration.correlations import correlations_of
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.calibration.explained import separation_of
from tessella.domain.taxonomy.calibration.plans import AxisPlan
from tessella.domain.taxonomy.calibration.words import segment_names
from tessella.domain.taxonomy.game import CONTEXTS, Outcome
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, SegmentCount, SegmentDefinition

#: Quantiles of distances that are kept.
_QUANTILES: Final = 101
#: No direction of a segment is narrower: standard deviations of the population. One in which all stand alike would
#: make everybody else infinitely far.
_NARROWEST: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Who belongs together on one axis."""

    #: (players,): 0 to `count.chosen` - 1.
    labels: Labels
    count: SegmentCount


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """Who is told which segment of one axis, and how far from its center."""

    #: (players,)
    best: Labels
    #: (players,)
    distance: Array


def described(
    plan: AxisPlan, fit: Fit, coordinates: Array, contexts: Contexts, metrics: Sequence[str]
) -> BehavioralAxis:
    """An axis with its segments as they were fitted; who is told to be in them comes with `counted`.

    `metrics` are all of the game's: names are short where that leaves them apart.
    """
    count = fit.count.chosen
    centers = np.array([coordinates[fit.labels == each].mean(axis=0) for each in range(count)])
    shifts = contexts.shifts(fit.labels, count) @ plan.projection
    shares = np.bincount(fit.labels, minlength=count) / len(fit.labels)
    leanings = np.maximum(contexts.leanings(fit.labels, count), more_in_context(centers, shifts, shares))
    names = segment_names(plan.defining_metrics, metrics, centers, leanings)
    segments = tuple(
        _segment(names[each], coordinates[fit.labels == each], shifts[each], float(shares[each]))
        for each in range(count)
    )
    kind, defining = plan.axis_type, plan.defining_metrics
    return BehavioralAxis(plan.axis_name, kind, defining, plan.projection, segments, 0.0, 0.0, fit.count)


def counted(
    axis: BehavioralAxis, placing: Placing, coordinates: Array, outcomes: Mapping[Outcome, Array]
) -> BehavioralAxis:
    """The axis with the players whom categorization tells to be in each segment, and what became of them."""
    segments = []
    for index, segment in enumerate(axis.segments):
        members = placing.best == index
        segments.append(
            replace(
                segment,
                population_share=float(members.mean()),
                players=int(members.sum()),
                correlations=correlations_of(members, outcomes),
                distances=_quantiles(placing.distance[members]),
            )
        )
    return replace(axis, segments=tuple(segments), separation=separation_of(coordinates, placing.best))


def _segment(name: str, members: Array, shifts: Array, share: float) -> SegmentDefinition:
    center, covariance = members.mean(axis=0), covariance_of(members)
    return SegmentDefinition(
        segment_id=0,
        name=name,
        center_position=center,
        standard_deviations=np.sqrt(np.diag(covariance)),
        covariance_matrix=covariance,
        contextual_centers={context: center + shifts[index] for index, context in enumerate(CONTEXTS)},
        population_share=share,
        players=len(members),
        correlations={},
        distances=np.empty(0),
    )


def covariance_of(members: Array) -> Array:
    """(d, d) of members, (players, d): never singular.

    Ledoit and Wolf's, which draws the covariance of few players to the same spread in every direction; no direction is
    below 0.05 standard deviations of the population. Source: Ledoit and Wolf, "A well-conditioned estimator for
    large-dimensional covariance matrices", J. Multivariate Analysis 88 (2004).
    """
    from sklearn.covariance import ledoit_wolf

    width = members.shape[1]
    shrunk = ledoit_wolf(members)[0] if len(members) > 1 else np.zeros((width, width))
    values, vectors = np.linalg.eigh(shrunk)
    covariance: Array = (vectors * np.maximum(values, _NARROWEST**2)) @ vectors.T
    return (covariance + covariance.T) / 2


def _quantiles(distances: Array) -> Array:
    return np.quantile(distances, np.linspace(0, 1, _QUANTILES)) if len(distances) else np.empty(0)
