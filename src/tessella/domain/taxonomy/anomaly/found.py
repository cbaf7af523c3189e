"""What the arrays say of players' last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tessella.domain.taxonomy.anomaly.displacement import Displaced, Spread, displaced, judged
from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.placing import Placed, distances, placed
from tessella.domain.taxonomy.anomaly.windows import Windows, known_of, mean_of, places_of, without
from tessella.domain.taxonomy.baselines import Array, Baseline
from tessella.domain.taxonomy.game import CONTEXTS


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """`N` windows on `A` axes; or one, without the dimension `N`."""

    windows: Windows
    placed: Placed
    #: (N, D): where the judged days lie, their mean.
    positions: Array
    #: (N, A): Mahalanobis distances from that segment's center: of the player's other days, and of the judged days.
    typical: Array
    current: Array
    displaced: Displaced


def found_of(frame: Frame, spread: Spread, windows: Windows) -> Found:
    """Where the days lie, beside the players' other days."""
    known = known_of(frame, windows.counts, windows.sums)
    where = placed(frame, known)
    lie = judged(frame, windows, known)
    moved = displaced(frame, spread, windows, where, lie)
    positions = mean_of(lie.positions)
    typical, current = distances(frame, np.array((where.means[WHOLE], positions)), where.segments)
    return Found(windows, where, positions, typical, current, moved)


def window_of(frame: Frame, baseline: Baseline, days: int) -> Windows:
    """The last `days` of one player, of whom so many are known, and the sums without them."""
    recent = baseline.recent[-days:]
    values = frame.scaled(np.array([each.values for each in recent]))
    places = tuple([CONTEXTS.index(each.context) for each in recent])
    return without(baseline.counts.copy(), baseline.sums.copy(), baseline.squares.copy(), values, places)


def last_days_of(frame: Frame, baselines: Sequence[Baseline]) -> Windows:
    """The last day of each player, of whom at least one is known, and the sums without it."""
    values = frame.scaled(np.array([[each.recent[-1].values for each in baselines]]))
    contexts = np.array([[CONTEXTS.index(each.recent[-1].context) for each in baselines]])
    counts = np.stack([each.counts for each in baselines], axis=1)
    sums = np.stack([each.sums for each in baselines], axis=1)
    squares = np.stack([each.squares for each in baselines], axis=1)
    return without(counts, sums, squares, values, places_of(contexts))
