"""What the arrays say of players' last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.displacement import displaced, judged
from tessella.domain.taxonomy.anomaly.frame import Frame
from tessella.domain.taxonomy.anomaly.placing import distances, placed
from tessella.domain.taxonomy.anomaly.windows import Known, Windows, known_of, places_of, without
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Array, Baseline
from tessella.domain.taxonomy.game import CONTEXTS


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """`N` windows on `A` axes."""

    windows: Windows
    known: Known
    #: (N, A): the place of each axis's segment in the row of all.
    segments: NDArray[np.intp]
    #: (N, A): Mahalanobis distances from that segment's center: of the player's other days, and of the judged days.
    typical: Array
    current: Array
    #: (N, A): see `displaced`.
    displacements: Array
    #: (N, M): see `own_ratio`.
    ratio: Array
    #: (N,): 0 to 1, the share of the doubt about a player's normal that the player's own days have taken away: 1 less
    #: the mean over coordinates of doubt / (1 / k0 + 1 / k1); see `normals_of`.
    confidence: Array


def found_of(yardstick: Yardstick, windows: Windows) -> Found:
    """Where the days lie, beside the players' other days."""
    frame = yardstick.frame
    known = known_of(frame, windows.counts, windows.sums)
    where = placed(frame, known)
    lie = judged(frame, windows, known)
    moved = displaced(frame, yardstick.spread, windows, where, lie)
    current = frame.squared(np.add.reduce(lie.positions, axis=1) / windows.contexts.shape[1])
    return Found(
        windows=windows,
        known=known,
        segments=where.segments,
        typical=where.typical,
        current=distances(current, where.segments),
        displacements=moved.distances,
        ratio=moved.ratio,
        confidence=1.0 - moved.doubt @ yardstick.sureness,
    )


def window_of(frame: Frame, baseline: Baseline, days: int) -> Windows:
    """The last `days` of a player, of whom so many are known, and the sums without them."""
    recent = baseline.recent[-days:]
    values = frame.scaled(np.array([[each.values for each in recent]]))
    here = [CONTEXTS.index(each.context) for each in recent]
    counts, sums, squares = baseline.counts.copy(), baseline.sums.copy(), baseline.squares.copy()
    places = [(each, slice(None)) for each in here]
    return without(counts[:, None], sums[:, None], squares[:, None], values, np.array([here]), places)


def last_days_of(frame: Frame, baselines: Sequence[Baseline]) -> Windows:
    """The last day of each player, of whom at least one is known, and the sums without it."""
    values = frame.scaled(np.array([[each.recent[-1].values] for each in baselines]))
    contexts = np.array([[CONTEXTS.index(each.recent[-1].context)] for each in baselines])
    counts = np.stack([each.counts for each in baselines], axis=1)
    sums = np.stack([each.sums for each in baselines], axis=1)
    squares = np.stack([each.squares for each in baselines], axis=1)
    return without(counts, sums, squares, values, contexts, places_of(contexts))
