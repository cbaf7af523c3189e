"""Which metrics moved on each axis, from what to what, against whose normal."""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.displacement import Spread
from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.usual import metrics_of
from tessella.domain.taxonomy.anomaly.windows import Known, Windows
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.detection import Moved
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

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
    """By axis and defining metric, scaled; deviations are NaN where the days say nothing."""

    values: list[list[float]]
    normals: list[list[float]]
    usual: list[list[float]]
    deviations: list[list[float]]
    #: How large these are, and the places of the largest first.
    sizes: list[list[float]]
    order: list[list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """The defining metrics of all axes, at most `W` each."""

    metrics: tuple[tuple[AxisMetric, ...], ...]
    #: (A, W): in the order of the taxonomy's metrics.
    places: NDArray[np.int64]
    #: (contexts and the whole, segments of all axes, W), standardised.
    usual: Array
    #: (A, W)
    location: Array
    deviation: Array
    #: (M,)
    within: Array
    #: (A, 1): `Spread`'s, the mean over the axis's coordinates.
    between: Array
    contextual: Array

    @classmethod
    def of(cls, game: Game, taxonomy: GameBehavioralTaxonomy, frame: Frame, spread: Spread, usual: Array) -> Telling:
        """What is known ahead."""
        places, real = metrics_of(taxonomy), frame.real.reshape(frame.axes, -1)
        units = {name: metric.unit for name, metric in game.metrics.items()}
        scales = dict(zip(taxonomy.standard.metrics, frame.is_log.tolist(), strict=True))
        return cls(
            metrics=tuple(
                tuple(AxisMetric(name, units.get(name, ""), scales[name]) for name in axis.defining_metrics)
                for axis in taxonomy.axes
            ),
            places=places,
            usual=usual,
            location=frame.location[places],
            deviation=frame.deviation[places],
            within=spread.within,
            between=_mean(spread.between, real),
            contextual=_mean(spread.contextual, real),
        )

    def told(self, windows: Windows, known: Known, ratio: Array, segments: NDArray[np.intp]) -> Told:
        """What the only window shows, and what is normal in the context of its last day.

        The normal of a metric is told as `normals_of` tells that of a coordinate, from the means of the segment's
        players.
        """
        context, places = windows.contexts[0, -1], self.places
        here, whole = known.means[context, 0][places], known.means[WHOLE, 0][places]
        usual, usual_whole = self.usual[context][segments], self.usual[WHOLE][segments]
        days, all_days = known.counts[context, 0][places], known.counts[WHOLE, 0][places]
        part = 1.0 / (all_days + self.between)
        normals = usual + all_days * part * (whole - usual_whole)
        normals += days / (days + 1.0 / (1.0 / self.contextual + part)) * (here - normals)
        normals = self.location + self.deviation * normals
        values = _known_mean(windows.values[0])[places]
        deviations = (values - normals) / np.sqrt(self.within * ratio[0])[places]
        usual = self.location + self.deviation * usual
        sizes = np.abs(deviations)
        order = np.argsort(-sizes).tolist()
        return Told(values.tolist(), normals.tolist(), usual.tolist(), deviations.tolist(), sizes.tolist(), order)

    def moved(self, told: Told, axis: int) -> tuple[Moved, ...]:
        """The metrics of an axis that moved furthest, in their own units."""
        sizes, known = told.sizes[axis], len(self.metrics[axis])
        order = [at for at in told.order[axis] if at < known and sizes[at] >= 0.0]
        chosen = order[:1] + [at for at in order[1:_MOST] if sizes[at] >= _LEAST]
        return tuple([self._moved(told, axis, at) for at in chosen])

    def _moved(self, told: Told, axis: int, at: int) -> Moved:
        metric = self.metrics[axis][at]
        scaled = told.values[axis][at], told.normals[axis][at], told.usual[axis][at]
        value, normal, usual = map(expm1, scaled) if metric.is_log else scaled
        return Moved(metric.name, value, normal, usual, told.deviations[axis][at], metric.unit)


def _mean(strengths: Array, real: Array) -> Array:
    """(A, 1): over the coordinates that an axis has."""
    mean: Array = (strengths.reshape(real.shape) * real).sum(axis=1, keepdims=True) / real.sum(axis=1, keepdims=True)
    return mean


def _known_mean(values: Array) -> Array:
    """(M,): over the days that say something; NaN where none does."""
    if len(values) == 1:
        only: Array = values[0]
        return only
    known = ~np.isnan(values)
    days = known.sum(axis=0)
    mean: Array = np.where(days > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(days, 1), np.nan)
    return mean
