"""Axes of the game's own: what metrics have in common that no universal axis tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.components import (
    agreement,
    by_broken_stick,
    by_parallel_analysis,
    loadings_of,
)
from tessella.domain.taxonomy.calibration.plans import AxisPlan
from tessella.domain.taxonomy.calibration.words import axis_name
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.taxonomy import AxisType

#: A metric of which universal axes leave less than this standard deviation has nothing of its own.
_LEAST_REST: Final = 0.1
#: How far two halves of the players have to know a component alike.
_STABLE: Final = 0.85
#: A metric belongs to the component that it correlates with most, from here on.
_LEAST_LOADING: Final = 0.4
#: Two components are linked by a metric of the one that correlates with the other, from here on.
_LEAST_LINK: Final = 0.3
_FEWEST_METRICS: Final = 2
_MOST_METRICS: Final = 5
#: Players looked at.
_MOST_PLAYERS: Final = 4_000


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What universal axes do not tell of the other metrics."""

    #: The metrics, as indices into the game's.
    metrics: Sequence[int]
    #: (players, rest)
    columns: Array
    #: (metrics of the game, rest): positions times this are columns.
    projection: Array


@dataclass(frozen=True, slots=True, eq=False)
class OwnAxes:
    """What was found."""

    plans: tuple[AxisPlan, ...]
    by_parallel_analysis: int = 0
    by_broken_stick: int = 0


def rest_of(positions: Array, told: Sequence[int]) -> Rest:
    """The other metrics less their regression on those of universal axes: y - x b, b by least squares.

    `positions` is (players, metrics) without NaN, `told` the metrics of universal axes.
    """
    others = [each for each in range(positions.shape[1]) if each not in told]
    slopes = np.linalg.lstsq(positions[:, told], positions[:, others], rcond=None)[0]
    projection = np.eye(positions.shape[1])[:, others]
    projection[told] = -slopes
    columns = positions @ projection
    left = np.flatnonzero(columns.std(axis=0) >= _LEAST_REST)
    return Rest([others[each] for each in left], columns[:, left], projection[:, left])


def own_axes(game: Game, positions: Array, luck: np.random.Generator) -> OwnAxes:
    """Axes of what universal axes leave over: principal components that are there in both halves of the players.

    Components are counted by parallel analysis, turned by varimax, and kept where halves of the players agree
    on them with a cosine of 0.85 or more. A metric goes to the component that it correlates with most, 0.4 at least; an
    axis has the 2 to 5 that weigh most. Its coordinates are what is left of these metrics.
    """
    told = sorted({game.metric_names.index(each) for metrics in game.axes.values() for each in metrics})
    rest = rest_of(positions, told)
    if len(rest.metrics) < _FEWEST_METRICS:
        return OwnAxes(())
    chosen = luck.permutation(len(positions))[:_MOST_PLAYERS]
    columns = rest.columns[chosen]
    count = by_parallel_analysis(columns, luck)
    if not count:
        return OwnAxes((), 0, by_broken_stick(columns))
    stable = _stable(columns, count)
    groups = _groups(stable) if stable.shape[1] else iter(())
    return OwnAxes(tuple(_plans(game, rest, groups)), count, by_broken_stick(columns))


def _stable(columns: Array, count: int) -> Array:
    """(metrics, kept): loadings of the components that both halves know."""
    loadings = loadings_of(columns, count)
    halves = [loadings_of(columns[start::2], count) for start in (0, 1)]
    kept = [agreement(each, *halves) >= _STABLE for each in loadings.T]
    return loadings[:, kept]


def _groups(loadings: Array) -> Iterator[Sequence[int]]:
    """The metrics of each component, the weightiest first.

    A component with a single metric goes to the one whose metric loads on it too: what parts players into three groups
    is a plane, of two components.
    """
    weights = np.abs(loadings)
    owner = np.where(weights.max(axis=1) >= _LEAST_LOADING, weights.argmax(axis=1), -1)
    for component in range(weights.shape[1]):
        own = np.flatnonzero(owner == component)
        others = np.where((owner >= 0) & (owner != component), weights[:, component], 0.0)
        if len(own) == 1 and others.max() >= _LEAST_LINK:
            owner[own] = owner[others.argmax()]
    for component in range(weights.shape[1]):
        own = np.flatnonzero(owner == component)
        order = own[np.argsort(-weights[own].max(axis=1), kind="stable")]
        if len(own) >= _FEWEST_METRICS:
            yield order[:_MOST_METRICS].tolist()


def _plans(game: Game, rest: Rest, groups: Iterator[Sequence[int]]) -> Iterator[AxisPlan]:
    taken = {axis.value for axis in game.axes}
    for group in groups:
        metrics = tuple(game.metric_names[rest.metrics[each]] for each in group)
        name = axis_name(metrics, game.metric_names, taken)
        taken.add(name)
        yield AxisPlan(name, AxisType.GAME_SPECIFIC, metrics, rest.projection[:, group])
