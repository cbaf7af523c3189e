"""The axes and segments that were planted, as a calibration that made no error would find them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.baselines import Baselines
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.game import CONTEXTS, Outcome
from tessella.domain.taxonomy.positions import coordinates, positions_of
from tessella.domain.taxonomy.taxonomy import (
    AccuracyCard,
    AxisType,
    BehavioralAxis,
    GameBehavioralTaxonomy,
    SegmentCount,
    SegmentDefinition,
    Standard,
)
from tests.taxonomies import World

Labels = Mapping[str, NDArray[np.int64]]


def true_axes(world: World, standard: Standard, labels: Labels | None = None) -> tuple[BehavioralAxis, ...]:
    """By the planted segments, or by others of the same players."""
    return tuple(_axis(world, standard, name, each) for name, each in (labels or world.labels).items())


def true_taxonomy(world: World, labels: Labels | None = None) -> GameBehavioralTaxonomy:
    standard = standard_of(world.game, world.seen.whole)
    axes = true_axes(world, standard, labels)
    card = AccuracyCard(None, None, None, {}, 0.5)
    return GameBehavioralTaxonomy(GameId("planted"), 1, Instant(0), 0, world.seen.players, standard, axes, 0.5, card)


def only(baselines: Baselines, players: NDArray[np.int64]) -> Baselines:
    """Some of the players."""
    ids = [baselines.player_ids[each] for each in players]
    return Baselines(ids, *(each[players] for each in (baselines.counts, baselines.sums, baselines.squares)))


def _axis(world: World, standard: Standard, name: str, labels: NDArray[np.int64]) -> BehavioralAxis:
    metrics = [place for place, each in enumerate(standard.metrics) if each.startswith(name)]
    projection = np.eye(len(standard.metrics))[:, metrics]
    points = coordinates(projection, positions_of(standard, world.seen.whole))
    kind = AxisType.UNIVERSAL if name in world.game.axes else AxisType.GAME_SPECIFIC
    segments = tuple(_segment(points[labels == each], each, len(labels)) for each in range(labels.max() + 1))
    count = SegmentCount(len(segments), len(segments), len(segments), 0.97, "It was planted.")
    return BehavioralAxis(
        name, kind, tuple(standard.metrics[each] for each in metrics), projection, segments, 0.5, 0.5, count
    )


def _segment(points: NDArray[np.float64], number: int, players: int) -> SegmentDefinition:
    center, spread = points.mean(axis=0), np.cov(points.T, bias=True)
    away = points - center
    distances = np.sqrt((away @ np.linalg.inv(spread) * away).sum(axis=1))
    return SegmentDefinition(
        segment_id=number + 1,
        name=f"planted {number}",
        center_position=center,
        standard_deviations=points.std(axis=0),
        covariance_matrix=spread,
        contextual_centers=dict.fromkeys(CONTEXTS, center),
        population_share=len(points) / players,
        players=len(points),
        correlations=dict.fromkeys(Outcome),
        distances=np.quantile(distances, np.linspace(0, 1, 101)),
    )
