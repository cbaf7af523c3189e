"""Axes before anybody is placed on them: what they are called, and how coordinates are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.taxonomy import AxisType


@dataclass(frozen=True, slots=True, eq=False)
class AxisPlan:
    """One axis; column j of its projection belongs to metric j of `defining_metrics`."""

    axis_name: str
    axis_type: AxisType
    defining_metrics: tuple[str, ...]
    #: (metrics, d)
    projection: Array


def universal_plans(game: Game) -> Iterator[AxisPlan]:
    """The axes that a game declares: their projections pick metrics."""
    row = {name: index for index, name in enumerate(game.metric_names)}
    for axis, metrics in game.axes.items():
        picks = np.eye(len(row))[:, [row[each] for each in metrics]]
        yield AxisPlan(axis.value, AxisType.UNIVERSAL, tuple(metrics), picks)
