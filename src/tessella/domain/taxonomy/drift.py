"""How far the players of today are from those of a calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.drift_level import DriftLevel, drift_level
from tessella.domain.intervals import wilson
from tessella.domain.psi import Counted, psi, psi_by_chance
from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.placed import Numbers, Placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import positions_of
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy, SegmentDefinition

#: Of fewer players nothing is told.
LEAST_PLAYERS: Final = 100
#: A segment's players are told apart by their distance from its center, in so many parts of equal share.
PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class SegmentDrift:
    """One segment's share of players."""

    segment_id: int
    segment_name: str
    share_then: float
    share_now: float
    #: Of the share now: 95 %, by Wilson.
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MetricDrift:
    """One metric's players, in the standard deviations and around the mean of the calibration: then 0 and 1."""

    metric: str
    #: The mean position; None where it is known of nobody.
    mean: float | None
    deviation: float | None
    #: The share of players of whom it is not known.
    missing: float


@dataclass(frozen=True, slots=True)
class AxisDrift:
    """One axis: how players divide into its segments, and into near and far from their centers."""

    axis_name: str
    psi: float
    #: The PSI that so many players may have by chance, with a confidence of 95 %.
    by_chance: float
    level: DriftLevel
    segments: tuple[SegmentDrift, ...]
    #: Those that define the axis.
    metrics: tuple[MetricDrift, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What was compared, and how far it is apart."""

    taxonomy_version: int
    players: int
    #: The largest PSI first.
    axes: tuple[AxisDrift, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> DriftLevel:
        """Of the axis that has changed most."""
        levels = {each.level for each in self.axes}
        return next((each for each in (DriftLevel.LARGE, DriftLevel.MODERATE) if each in levels), DriftLevel.STABLE)


def drift_of(taxonomy: GameBehavioralTaxonomy, baselines: Baselines) -> Drift:
    """Compare players, by the metrics of the taxonomy, with those that it was calibrated on.

    On each axis players fall in bins: their segment, and within it the fifth of its players at the calibration who were
    as far from its center. PSI compares the shares of bins (see `psi`). The direction of a move within a segment is not
    in the bins; the means of metrics show it. Nothing is told of fewer than `LEAST_PLAYERS`.
    """
    players = len(baselines.player_ids)
    if players < LEAST_PLAYERS:
        note = f"{players:,} players were compared: of fewer than {LEAST_PLAYERS} nothing is told."
        return Drift(taxonomy.version, players, notes=(note,))
    placed = placed_baselines(Space.of(taxonomy), baselines)
    metrics = dict(zip(taxonomy.standard.metrics, positions_of(taxonomy.standard, baselines).T, strict=True))
    axes = [
        _axis(axis, placed, place, tuple(_metric(name, metrics[name]) for name in axis.defining_metrics))
        for place, axis in enumerate(taxonomy.axes)
    ]
    return Drift(taxonomy.version, players, tuple(sorted(axes, key=lambda each: -each.psi)))


def _axis(axis: BehavioralAxis, placed: Placed, place: int, metrics: tuple[MetricDrift, ...]) -> AxisDrift:
    best, distance = placed.best[place], placed.distance[place]
    players, calibrated = len(best), max(sum(each.players for each in axis.segments), 1)
    then, now = [], []
    for at, segment in enumerate(axis.segments):
        edges, levels = _parts(segment)
        then += (segment.population_share * np.diff(levels)).tolist()
        now += (_counts(distance[best == at], edges) / players).tolist()
    before, after = Counted(then, calibrated), Counted(now, players)
    apart, by_chance = psi(before, after), psi_by_chance(before, after)
    sizes = np.bincount(best, minlength=len(axis.segments)).tolist()
    segments = tuple(_segment(each, size, players) for each, size in zip(axis.segments, sizes, strict=True))
    return AxisDrift(axis.axis_name, apart, by_chance, drift_level(apart, by_chance), segments, metrics)


def _parts(segment: SegmentDefinition) -> tuple[Array, Array]:
    """Inner edges of distance, and the shares of the segment's players up to each edge, from 0 to 1.

    Where many players are equally far, parts are fewer.
    """
    known = np.linspace(0.0, 1.0, len(segment.distances))
    edges = np.unique(np.interp(np.arange(1, PARTS) / PARTS, known, segment.distances))
    shares = [np.interp(edge, segment.distances, known) for edge in edges]
    return edges, np.array([0.0, *shares, 1.0])


def _counts(distances: Numbers, edges: Array) -> Array:
    return np.bincount(np.searchsorted(edges, distances), minlength=len(edges) + 1).astype(np.float64)


def _segment(segment: SegmentDefinition, players: int, of: int) -> SegmentDrift:
    interval = wilson(players, of)
    named = segment.segment_id, segment.name
    return SegmentDrift(*named, segment.population_share, players / of, interval.low, interval.high)


def _metric(name: str, positions: Array) -> MetricDrift:
    known = positions[np.isfinite(positions)]
    missing = 1.0 - len(known) / len(positions)
    return (
        MetricDrift(name, float(known.mean()), float(known.std()), missing)
        if len(known)
        else MetricDrift(name, None, None, 1.0)
    )
