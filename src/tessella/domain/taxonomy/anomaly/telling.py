"""Which metrics moved on each axis, from what to what, against whose normal."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.found import Found
from tessella.domain.taxonomy.anomaly.frame import Frame
from tessella.domain.taxonomy.anomaly.windows import mean_of
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.detection import Moved
from tessella.domain.taxonomy.game import Game, Scale
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy, Standard

#: At most so many metrics of an axis are told, and none but the first that moved by less than a deviation.
_MOST: Final = 3
_LEAST: Final = 1.0


@dataclass(frozen=True, slots=True)
class AxisMetric:
    """A metric that defines an axis."""

    name: str
    unit: str
    is_log: bool


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """By coordinate, scaled as the metric is; sizes are NaN where the days say nothing."""

    values: list[float]
    normals: list[float]
    usual: list[float]
    deviations: list[float]
    #: By axis, the places of the coordinates, that which moved furthest first.
    order: list[list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """Which metric each coordinate is: the columns of an axis's projection belong to its defining metrics, in order."""

    #: By coordinate; None where an axis has none.
    metrics: tuple[AxisMetric | None, ...]
    #: (D,): in the order of the taxonomy's metrics, and the metric's deviation between players.
    places: NDArray[np.int64]
    deviation: Array
    #: (A, 1): the place of each axis's first coordinate.
    first: NDArray[np.intp]

    @classmethod
    def of(cls, game: Game, taxonomy: GameBehavioralTaxonomy, frame: Frame) -> Telling:
        """What is known ahead."""
        standard, width = taxonomy.standard, len(frame.real) // frame.axes
        metrics: list[AxisMetric | None] = []
        for axis in taxonomy.axes:
            found = [_metric(game, standard, name) for name in axis.defining_metrics[: axis.projection.shape[1]]]
            metrics += [*found, *[None] * (width - len(found))]
        places = np.array([0 if each is None else standard.metrics.index(each.name) for each in metrics])
        first = width * np.arange(frame.axes)[:, None]
        return cls(tuple(metrics), places, frame.deviation[places], first)

    def told(self, frame: Frame, found: Found, here: int) -> Told:
        """What one player's days show, and what is normal, scaled as metrics are; `here` is the context of the last.

        normal = value - deviation * (x - normal of x), of the mean of the days; and likewise what is usual in the
        segment in the context of the last day. On an axis that the game declares, this is the player's own mean as
        `normals_of` has it. On one that was found, x is a metric less what the other axes tell of it, so it is what the
        metric would be on a day that is else like this one.
        """
        moves = found.displaced.moves
        values = _known_mean(found.windows.values).take(self.places)
        away = mean_of(moves.away)
        center = frame.centers[here].take(found.placed.segments, axis=0).reshape(-1)
        deviations = away / np.sqrt(moves.variance)
        if not found.windows.is_whole:
            deviations = np.where(np.isnan(values), np.nan, deviations)
        return Told(
            values=values.tolist(),
            normals=(values - away * self.deviation).tolist(),
            usual=(values - (found.positions - center) * self.deviation).tolist(),
            deviations=deviations.tolist(),
            order=(np.argsort(-np.abs(deviations).reshape(frame.axes, -1)) + self.first).tolist(),
        )

    def moved(self, told: Told, axis: int) -> tuple[Moved, ...]:
        """The metrics of an axis that moved furthest, in their own units."""
        order, deviations = told.order[axis], told.deviations
        moved = [self._moved(told, at) for at in order[:_MOST] if not -_LEAST < deviations[at] < _LEAST]
        return tuple([each for each in moved or [self._moved(told, order[0])] if each is not None])

    def _moved(self, told: Told, at: int) -> Moved | None:
        metric, deviations = self.metrics[at], told.deviations[at]
        if metric is None or isnan(deviations):
            return None
        value, normal, usual = told.values[at], told.normals[at], told.usual[at]
        if metric.is_log:
            value, normal, usual = expm1(value), expm1(normal), expm1(usual)
        return Moved(metric.name, value, normal, usual, deviations, metric.unit)


def _metric(game: Game, standard: Standard, name: str) -> AxisMetric:
    unit = game.metrics[name].unit if name in game.metrics else ""
    return AxisMetric(name, unit, standard.scales[standard.metrics.index(name)] is Scale.LOG)


def _known_mean(values: Array) -> Array:
    """(M,): over the days that say something; NaN where none does."""
    if len(values) == 1:
        only: Array = values[0]
        return only
    known = ~np.isnan(values)
    days = known.sum(axis=0)
    mean: Array = np.where(days > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(days, 1), np.nan)
    return mean
