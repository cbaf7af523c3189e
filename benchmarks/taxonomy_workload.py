"""A taxonomy of eight axes with four segments each, of three metrics an axis, and players who are placed in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.taxonomy.baselines import Array, Baseline
from tessella.domain.taxonomy.game import CONTEXTS, Scale
from tessella.domain.taxonomy.taxonomy import (
    AccuracyCard,
    AxisType,
    BehavioralAxis,
    GameBehavioralTaxonomy,
    SegmentCount,
    SegmentDefinition,
    Standard,
)

AXES: Final = 8
SEGMENTS: Final = 4
METRICS_EACH: Final = 3
METRICS: Final = AXES * METRICS_EACH
AS_OF: Final = 20_779
NAMES: Final = tuple(f"metric{each}" for each in range(METRICS))


def taxonomy() -> GameBehavioralTaxonomy:
    """Segments at random places, with any covariances."""
    luck = np.random.default_rng(1)
    standard = Standard(NAMES, (Scale.LOG,) * METRICS, luck.uniform(1, 4, METRICS), luck.uniform(0.3, 2, METRICS))
    axes = tuple(_axis(at, luck) for at in range(AXES))
    card = AccuracyCard(0.9, 0.9, 0.9, {}, 0.8)
    return GameBehavioralTaxonomy(GameId("game"), 1, Instant(0), AS_OF, 100_000, standard, axes, 0.8, card)


def means(players: int, seed: int = 0) -> Array:
    """(players, metrics): each player's mean of scaled values, about as spread as the segments are."""
    standard = taxonomy().standard
    luck = np.random.default_rng(seed)
    return standard.location + standard.deviation * luck.normal(0, 1.3, (players, METRICS))


def baselines(players: int) -> list[Baseline]:
    """Some players with six days in each context."""
    counts = np.full((len(CONTEXTS), METRICS), 6.0)
    found = enumerate(means(players))
    return [Baseline(SubjectId(f"p{at}"), AS_OF, counts, counts * each, counts * each**2) for at, each in found]


def write_players(path: Path, players: int) -> None:
    """A file as `FileCategorizer` reads it, drawn by DuckDB: uniform over the same width."""
    standard = taxonomy().standard
    drawn = zip(NAMES, standard.location, standard.deviation, strict=True)
    columns = ", ".join(
        f"{middle:.6} + {spread * 4.5:.6} * (random() - 0.5) AS {name}" for name, middle, spread in drawn
    )
    rows = f"SELECT 'player-' || i AS player_id, 1 + i % 60 AS days, {columns} FROM range({players}) AS numbers(i)"
    with duckdb.connect() as database:
        database.execute("SELECT setseed(0.5)")
        database.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")


@dataclass(frozen=True, slots=True)
class PeerSegment:
    """A segment as the loop has it at hand: what can be computed ahead is."""

    center: Array
    inverse: Array
    #: As `Space.log_weight` has it.
    log_weight: float
    distances: Array
    players: int


def scipy_loop(found: GameBehavioralTaxonomy) -> Callable[[Array, float], list[tuple[float, ...]]]:
    """What a plain loop does for one player, from a row of means and the days: all distances by SciPy.

    By axis: the index of the best segment, its distance, strength, share, typicality and confidence.
    """
    from scipy.spatial.distance import mahalanobis

    axes = [(axis.projection, [_peer_segment(each) for each in axis.segments]) for axis in found.axes]
    location, deviation = found.standard.location, found.standard.deviation
    evenly = np.linspace(0, 1, len(axes[0][1][0].distances))

    def place(row: Array, days: float) -> list[tuple[float, ...]]:
        told, position = [], (row - location) / deviation
        for projection, segments in axes:
            point = position @ projection
            distances = [mahalanobis(point, each.center, each.inverse) for each in segments]
            weighted = [each.log_weight - d * d / 2 for d, each in zip(distances, segments, strict=True)]
            most = max(weighted)
            at = weighted.index(most)
            share = 1 / sum(exp(each - most) for each in weighted)
            best, distance = segments[at], distances[at]
            below = float(np.interp(distance, best.distances, evenly))
            typicality = (1 + best.players * (1 - below)) / (best.players + 1)
            told.append((at, distance, exp(-distance * distance / 2), share, typicality, share * days / (days + 1)))
        return told

    return place


def _axis(at: int, luck: np.random.Generator) -> BehavioralAxis:
    picked = range(METRICS_EACH * at, METRICS_EACH * (at + 1))
    return BehavioralAxis(
        axis_name=f"axis{at}",
        axis_type=AxisType.UNIVERSAL,
        defining_metrics=tuple(NAMES[each] for each in picked),
        projection=np.eye(METRICS)[:, list(picked)],
        segments=tuple(_segment(SEGMENTS * at + each + 1, luck) for each in range(SEGMENTS)),
        variance_explained=0.8,
        separation=0.5,
        count=SegmentCount(SEGMENTS, SEGMENTS, SEGMENTS, 0.9, "Both say so."),
    )


def _segment(segment_id: int, luck: np.random.Generator) -> SegmentDefinition:
    center = luck.normal(0, 1.2, METRICS_EACH)
    factor = luck.normal(0, 0.3, (METRICS_EACH, METRICS_EACH + 2))
    covariance = factor @ factor.T + 0.05 * np.eye(METRICS_EACH)
    return SegmentDefinition(
        segment_id=segment_id,
        name=f"segment {segment_id}",
        center_position=center,
        standard_deviations=np.sqrt(np.diag(covariance)),
        covariance_matrix=covariance,
        contextual_centers=dict.fromkeys(CONTEXTS, center),
        population_share=1 / SEGMENTS,
        players=25_000,
        correlations={},
        distances=np.linspace(0, 4, 101),
    )


def _peer_segment(segment: SegmentDefinition) -> PeerSegment:
    covariance = segment.covariance_matrix
    log_weight = log(segment.population_share) - float(np.linalg.slogdet(covariance)[1]) / 2
    inverse = np.linalg.inv(covariance)
    return PeerSegment(segment.center_position, inverse, log_weight, segment.distances, segment.players)
