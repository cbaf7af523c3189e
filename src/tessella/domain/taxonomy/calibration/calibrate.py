"""The taxonomy of a game, from what is known of its players."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tessella.domain.errors import TooFewPlayers
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.baselines import Array, Seen
from tessella.domain.taxonomy.calibration.card import card_of
from tessella.domain.taxonomy.calibration.contexts import Contexts
from tessella.domain.taxonomy.calibration.correlations import outcomes_of
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.calibration.describe import Placing, counted
from tessella.domain.taxonomy.calibration.earlier import kept_names, labels_before
from tessella.domain.taxonomy.calibration.explained import share_explained
from tessella.domain.taxonomy.calibration.fit import Fitting, Sample
from tessella.domain.taxonomy.calibration.lineage import with_lineage
from tessella.domain.taxonomy.calibration.notes import notes_of
from tessella.domain.taxonomy.calibration.own_axes import own_axes
from tessella.domain.taxonomy.calibration.plans import AxisPlan, universal_plans
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import coordinates, positions_of
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, GameBehavioralTaxonomy

#: Fewer players say nothing of groups: three segments of ten.
LEAST_PLAYERS: Final = 30


def calibrated(
    game: Game, seen: Seen, *, version: int, now: Instant, before: GameBehavioralTaxonomy | None, seed: int
) -> GameBehavioralTaxonomy:
    """The taxonomy of these players: universal axes as the game declares them, its own as they are found.

    The same players, taxonomy before and seed give the same taxonomy. Raises `TooFewPlayers`. It works on one thread:
    requests are answered on the same machine, and the matrices are small.
    """
    import sklearn.cluster  # noqa: F401 - only the threads of what is loaded are limited
    from threadpoolctl import threadpool_limits

    if len(seen.whole.player_ids) < LEAST_PLAYERS:
        raise TooFewPlayers(game.game_id, len(seen.whole.player_ids), LEAST_PLAYERS)
    with threadpool_limits(1):
        return _calibrated(game, seen, version, now, before, seed)


def _calibrated(
    game: Game, seen: Seen, version: int, now: Instant, before: GameBehavioralTaxonomy | None, seed: int
) -> GameBehavioralTaxonomy:
    standard = standard_of(game, seen.whole)
    known = positions_of(standard, seen.whole)
    positions = np.nan_to_num(known, nan=0.0)
    own = own_axes(game, positions, np.random.default_rng(seed))
    plans = [*universal_plans(game), *_named_as_before(game, own.plans, before)]
    places = [coordinates(plan.projection, positions) for plan in plans]
    fitting = Fitting(standard, Contexts.of(standard, seen.whole), Sample.of(seen, seed), game.segments, seed)
    fitted = [
        replace(axis, variance_explained=share_explained(positions, place))
        for axis, place in zip(_axes(game, seen, fitting, plans, places, before), places, strict=True)
    ]
    lineage = with_lineage(fitted, standard, seen.whole, before)
    card = card_of(seen, standard, lineage.axes)
    return GameBehavioralTaxonomy(
        game_id=game.game_id,
        version=version,
        calibrated_at=now,
        as_of_day=seen.as_of,
        players=seen.players,
        standard=standard,
        axes=lineage.axes,
        variance_explained=share_explained(positions, np.hstack([positions[:, :0], *places])),
        card=replace(card, notes=(*notes_of(standard, known, own), *card.notes)),
        lineage=lineage.steps,
        last_segment_id=lineage.last_segment_id,
    )


def _named_as_before(
    game: Game, plans: Sequence[AxisPlan], before: GameBehavioralTaxonomy | None
) -> Iterator[AxisPlan]:
    names = kept_names([(each.axis_name, each.projection) for each in plans], game.metric_names, before)
    for plan, name in zip(plans, names, strict=True):
        yield replace(plan, axis_name=name)


def _axes(
    game: Game,
    seen: Seen,
    fitting: Fitting,
    plans: Sequence[AxisPlan],
    places: Sequence[Array],
    before: GameBehavioralTaxonomy | None,
) -> Iterator[BehavioralAxis]:
    """Each axis with its segments, whose players are those that categorization puts into them."""
    earlier: Mapping[str, Labels] = {} if before is None else labels_before(before, fitting.standard, seen.whole)
    axes = [fitting.axis(plan, place, earlier.get(plan.axis_name)) for plan, place in zip(plans, places, strict=True)]
    placed = placed_baselines(Space.of_axes(fitting.standard, axes), seen.whole)
    outcomes = outcomes_of(game, seen.outcomes)
    for index, (axis, place) in enumerate(zip(axes, places, strict=True)):
        placing = Placing(placed.best[index].astype(np.int64), placed.distance[index].astype(np.float64))
        yield counted(axis, placing, place, outcomes)
