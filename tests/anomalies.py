"""Players with more days than a world has seen of them, ordinary ones and planted anomalies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tessella.domain.taxonomy.anomaly.norms import norms_of
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import RECENT_DAYS, Array, Baseline, Day
from tessella.domain.taxonomy.game import CONTEXTS, Context, Game
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tests.taxonomies import AS_OF, World, scaled


def yardstick_of(world: World, taxonomy: GameBehavioralTaxonomy) -> Yardstick:
    return Yardstick.of(world.game, taxonomy, norms_of(taxonomy, world.seen))


def after(baseline: Baseline, game: Game, days: Sequence[Day]) -> Baseline:
    """The player once these days are known too."""
    counts, sums, squares = baseline.counts.copy(), baseline.sums.copy(), baseline.squares.copy()
    for day in days:
        place, values = CONTEXTS.index(day.context), scaled(game, day.values)
        known = np.isfinite(values)
        counts[place] += known
        sums[place] += np.where(known, values, 0.0)
        squares[place] += np.where(known, values, 0.0) ** 2
    recent = (*baseline.recent, *days)[-RECENT_DAYS:]
    return replace(baseline, counts=counts, sums=sums, squares=squares, recent=recent)


def days_of(
    world: World,
    player: int,
    luck: np.random.Generator,
    move: Array | float = 0.0,
    days: int = 1,
    context: Context = Context.WEEKDAY,
) -> list[Day]:
    """Fresh days of a player, all of them moved by so many lengths a metric."""
    return [Day(AS_OF + 1 + at, context, world.day_of(player, context, luck, move)) for at in range(days)]


def offset_of(world: World, player: int, axis: str) -> tuple[list[int], Array]:
    """The places of an axis's metrics, and how far the player truly is from the segment's center on each."""
    places = [at for at, name in enumerate(world.game.metric_names) if name.startswith(axis)]
    own = world.labels[axis] == world.labels[axis][player]
    return places, world.means[player][places] - world.means[own][:, places].mean(axis=0)


def sideways(world: World, player: int, axis: str) -> Array:
    """The move to the other side of the segment's center: the distance from it stays as it was."""
    places, offset = offset_of(world, player, axis)
    move = np.zeros(world.means.shape[1])
    move[places] = -2 * offset
    return move


def anywhere(world: World, axis: str, deviations: float, luck: np.random.Generator) -> Array:
    """A move of so many standard deviations of a day in any direction on one axis."""
    places = [at for at, name in enumerate(world.game.metric_names) if name.startswith(axis)]
    direction = luck.standard_normal(len(places))
    move = np.zeros(world.means.shape[1])
    move[places] = direction / np.linalg.norm(direction) * deviations * world.plan.day_deviation
    return move
