"""The pictures of docs/explanation/taxonomy.md, each from a calibration of real players."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.taxonomy_games import RealGame
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.card import known_on, pooled_correlation
from tessella.domain.taxonomy.calibration.cut import points_of
from tessella.domain.taxonomy.calibration.gap import gaps_of
from tessella.domain.taxonomy.calibration.search import MOST_SEGMENTS, best_cuts
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import coordinates, positions_of
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy
from tests.taxonomies import planted
from tools.plots import COLOURS, TEXT, Panel, save

_SEED: Final = 7
#: So many players are drawn, within so many deviations, and look for groups.
_DRAWN: Final = 400
_WITHIN: Final = 3.0
_LOOKED_AT: Final = 2_000
#: From here on a cut is better than cuts of players without groups.
_STEP: Final = 0.15
#: Edges of the bins of days, doubled each time.
_DAYS: Final = (2, 4, 8, 16, 32, 64, 128)
#: Of fewer players nothing is drawn.
_FEWEST: Final = 100

Calibrated = tuple[RealGame, GameBehavioralTaxonomy]


def axis_picture(path: Path, real: RealGame, taxonomy: GameBehavioralTaxonomy) -> None:
    """Players on the universal axes of two metrics, by segment."""
    best = placed_baselines(Space.of(taxonomy), real.seen.whole).best
    shown = [place for place, axis in enumerate(taxonomy.axes) if len(axis.defining_metrics) == 2][:3]
    panels = []
    for left, place in enumerate(shown):
        axis = taxonomy.axes[place]
        panel = Panel(_titled(axis), (-3, 4), (-3, 4), left=left * 310, width=310, height=300)
        for point, label in zip(_coordinates(real, taxonomy, axis)[:_DRAWN], best[place], strict=False):
            if np.abs(point).max() < 3:
                panel.dot((point[0], point[1]), COLOURS[int(label) % len(COLOURS)], 1.4)
        for row, each in enumerate(axis.segments):
            center = tuple(each.center_position.tolist())
            panel.dot(center, TEXT, 4)
            panel.text((center[0] + 0.15, center[1] + (0.15, -0.45)[row % 2]), each.name, TEXT)
        panel.x_ticks([(value, f"{value:+d}") for value in (-2, 0, 2)])
        panel.y_ticks([(value, f"{value:+d}") for value in (-2, 0, 2)])
        panels.append(panel)
    save(path, f"{real.title}: where players stand on axes, in standard deviations, and their segments", panels)


def gap_picture(path: Path, real: RealGame) -> None:
    """How far cuts of real players are better than cuts of players without groups, beside planted groups."""
    panel = Panel("Better than without groups, by number of segments", (1, MOST_SEGMENTS), (-0.6, 2.2), height=280)
    world = planted(players=_LOOKED_AT, groups={"monetization": 3}, separation=6, seed=_SEED)
    everything = positions_of(standard_of(world.game, world.seen.whole), world.seen.whole)
    lines = [("three groups, planted", everything), *_axes_of(real)]
    colours = (COLOURS[1], COLOURS[0], COLOURS[2], COLOURS[3])
    for row, ((name, points), colour) in enumerate(zip(lines, colours, strict=False)):
        cuts = list(best_cuts(points_of(points[:_LOOKED_AT]), MOST_SEGMENTS, np.random.default_rng(_SEED)))
        gaps = gaps_of(cuts, points.shape[1])
        line = [(place + 1.0, float(gap)) for place, gap in enumerate(gaps) if np.isfinite(gap)]
        panel.line(line, colour)
        panel.text((5.4, 1.0 - 0.18 * row), name, colour)
    panel.line([(1, _STEP), (MOST_SEGMENTS, _STEP)], TEXT, "4 3")
    panel.x_ticks([(value, str(value)) for value in range(1, MOST_SEGMENTS + 1)])
    panel.y_ticks([(value, f"{value:+.1f}") for value in (-0.5, 0, 0.5, 1, 1.5, 2)])
    save(path, "A gap above the dashed line means groups; planted groups have it at their number", [panel])


def days_picture(path: Path, games: Sequence[Calibrated]) -> None:
    """How far positions from odd and from even days agree, by how many days are known."""
    panels = []
    for place, (real, taxonomy) in enumerate(games):
        panel = Panel(real.title, (1, 6.6), (0, 1), left=place * 330, width=330, height=280)
        universal = taxonomy.universal_axes
        for row, (axis, colour) in enumerate(zip(universal, COLOURS, strict=False)):
            line = list(_by_days(real, taxonomy, axis))
            panel.line(line, colour)
            for point in line:
                panel.dot(point, colour, 3)
            panel.text((1.1, 0.92 - 0.07 * row), axis.axis_name, colour)
        panel.x_ticks([(power, str(2**power)) for power in range(1, 7)])
        panel.y_ticks([(value / 4, f"{value / 4:.2f}") for value in range(5)])
        panels.append(panel)
    save(path, "The more days are known of players, the better two halves of these agree on where they stand", panels)


def _by_days(real: RealGame, taxonomy: GameBehavioralTaxonomy, axis: BehavioralAxis) -> Iterator[tuple[float, float]]:
    """The middle of each bin of days, as a power of 2, and r."""
    halves = [positions_of(taxonomy.standard, each) for each in (real.seen.odd, real.seen.even)]
    known, days = known_on(axis, halves), real.seen.whole.counts.sum(axis=1).max(axis=1)
    for low, high in pairwise(_DAYS):
        chosen = known & (days >= low) & (days < high)
        if chosen.sum() >= 100:
            found = pooled_correlation(*(coordinates(axis.projection, each[chosen]) for each in halves))
            if found is not None:
                yield float(np.log2(days[chosen]).mean()), max(found, 0.0)


def _axes_of(real: RealGame) -> Iterator[tuple[str, Array]]:
    standard = standard_of(real.game, real.seen.whole)
    positions = np.nan_to_num(positions_of(standard, real.seen.whole))
    for name, metrics in real.game.axes.items():
        yield str(name), positions[:, [standard.metrics.index(each) for each in metrics]]


def _coordinates(real: RealGame, taxonomy: GameBehavioralTaxonomy, axis: BehavioralAxis) -> Array:
    return coordinates(axis.projection, positions_of(taxonomy.standard, real.seen.whole))


def _titled(axis: BehavioralAxis) -> str:
    return f"{axis.axis_name}: {axis.defining_metrics[0]} across, {axis.defining_metrics[1]} up"
