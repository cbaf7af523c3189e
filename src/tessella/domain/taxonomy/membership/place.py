"""Where many players stand, from their positions or from what is known of their days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tessella.domain.one_thread import one_thread
from tessella.domain.taxonomy.baselines import Array, Baseline, Baselines
from tessella.domain.taxonomy.membership.placed import Placed
from tessella.domain.taxonomy.membership.placer import Placer
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import positions_of


def placed(space: Space, positions: Array, days: Array) -> Placed:
    """Each player's best segment on each axis, as `categorized` tells it of one, in 32 bits.

    `positions` is (players, metrics), standardised, NaN where nothing is known; `days` is (players, metrics), how many
    days say something.
    """
    with one_thread(), np.errstate(over="ignore"):
        return Placer.of(space).place(positions.T, days.T)


def placed_baselines(space: Space, baselines: Baselines) -> Placed:
    """The same of players of whom sums of their days are known."""
    return placed(space, positions_of(space.standard, baselines), baselines.counts.sum(axis=1))


def together(players: Sequence[Baseline]) -> Baselines:
    """Some players as arrays; there is one or more."""
    return Baselines(
        [each.player_id for each in players],
        np.stack([each.counts for each in players]),
        np.stack([each.sums for each in players]),
        np.stack([each.squares for each in players]),
    )
