"""The picture of a move that the distance from a segment's center does not see: real days of two players."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.taxonomy_games import RealGame
from benchmarks.taxonomy_real_days import Judged, judged
from tessella.domain.taxonomy.baselines import Baseline, Day
from tessella.domain.taxonomy.days.fold import scaled
from tessella.domain.taxonomy.detection import AxisAnomaly
from tessella.domain.taxonomy.positions import coordinates
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy
from tools.plots import COLOURS, TEXT, Panel, save

#: A move that keeps the distance to so much, by a player who is so far from the center.
_SAME: Final = 0.15
_FROM_CENTER: Final = 0.8


def sideways_picture(path: Path, real: RealGame, taxonomy: GameBehavioralTaxonomy) -> None:
    """The clearest such move on an axis of two metrics: own days, the foreign day, and all points as far away."""
    player, told = min(_moves(judged(real, taxonomy, 1), taxonomy), key=lambda each: each[1].displacement.p_value)
    axis = _axis_of(taxonomy, told)
    segment = next(each for each in axis.segments if each.segment_id == told.segment_id)
    across, up = axis.defining_metrics
    panel = Panel(f"{axis.axis_name}: {across} across, {up} up", (-4, 5), (-4, 5), width=460, height=420)
    turns = np.linspace(0, 2 * np.pi, 73)
    circle = np.column_stack([np.cos(turns), np.sin(turns)]) @ np.linalg.cholesky(segment.covariance_matrix).T
    ring = segment.center_position + told.current_distance * circle
    panel.line([(x, y) for x, y in ring.tolist()], TEXT, "4 3")
    *own, day = _places(real, taxonomy, axis, player.recent)
    for each in own:
        panel.dot(each, COLOURS[0], 2.5)
    for at, radius, colour, words in (
        (tuple(segment.center_position.tolist()), 4, TEXT, f"center of {segment.name}"),
        (day, 5, COLOURS[1], "another's day"),
    ):
        panel.dot(at, colour, radius)
        panel.text((at[0] + 0.15, at[1] + 0.15), words, colour)
    delta = f"distance delta {told.distance_delta:+.2f}, score {told.anomaly_score:.2f}"
    panel.text((-3.9, 4.6), f"{delta}; displacement p {told.displacement.p_value:.4f}", TEXT)
    for ticks in (panel.x_ticks, panel.y_ticks):
        ticks([(value, f"{value:+d}") for value in (-2, 0, 2, 4)])
    save(path, "A day as far from the center as the player usually is, and far from all of the player's days", [panel])


def _moves(found: Judged, taxonomy: GameBehavioralTaxonomy) -> Iterator[tuple[Baseline, AxisAnomaly]]:
    """Players away from the center of their segment, with a foreign day that is as far from it."""
    for player, detection in zip(found.swapped, found.foreign, strict=True):
        for each in detection.axes:
            is_same = abs(each.distance_delta) < _SAME and each.typical_distance > _FROM_CENTER
            if is_same and len(_axis_of(taxonomy, each).defining_metrics) == len(("across", "up")):
                yield player, each


def _axis_of(taxonomy: GameBehavioralTaxonomy, told: AxisAnomaly) -> BehavioralAxis:
    return next(each for each in taxonomy.axes if each.axis_name == told.axis_name)


def _places(
    real: RealGame, taxonomy: GameBehavioralTaxonomy, axis: BehavioralAxis, days: Sequence[Day]
) -> list[tuple[float, float]]:
    """Where days lie on the axis."""
    standard = taxonomy.standard
    values = scaled(np.array([each.values for each in days]), standard.scales)
    return [(x, y) for x, y in coordinates(axis.projection, (values - standard.location) / standard.deviation).tolist()]
