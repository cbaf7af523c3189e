"""What the arrays say of one player's last days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.displacement import displaced, judged
from tessella.domain.taxonomy.anomaly.frame import Frame
from tessella.domain.taxonomy.anomaly.placing import distances, placed
from tessella.domain.taxonomy.anomaly.windows import Known, Windows, known_of, without
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Array, Baseline
from tessella.domain.taxonomy.detection import Displacement
from tessella.domain.taxonomy.game import CONTEXTS


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One window. Lists are by axis."""

    windows: Windows
    known: Known
    #: (A,): the place of each axis's segment in the row of all.
    segments: NDArray[np.intp]
    typical: list[float]
    current: list[float]
    #: And at last all axes together.
    displacements: list[Displacement]
    #: (1, M): see `own_ratio`.
    ratio: Array
    #: 0 to 1; see `found_of`.
    confidence: float


def found_of(yardstick: Yardstick, baseline: Baseline, days: int) -> Found:
    """The last `days` of a player, of whom so many are known, beside the player's other days.

    The confidence is the share of the doubt about a player's normal that the player's own days have taken away: 1
    less the mean over coordinates of doubt / (1 / k0 + 1 / k1); see `normals_of`.
    """
    frame = yardstick.frame
    windows = _window(frame, baseline, days)
    known = known_of(frame, windows.counts, windows.sums)
    where = placed(frame, known)
    lie = judged(frame, windows, known)
    moved = displaced(frame, yardstick.spread, windows, where, lie)
    current = frame.squared(np.add.reduce(lie.positions, axis=1) / days)
    return Found(
        windows=windows,
        known=known,
        segments=where.segments[0],
        typical=where.typical[0].tolist(),
        current=distances(current, where.segments)[0].tolist(),
        displacements=yardstick.displacements(moved.distances[0].tolist(), days, int(windows.contexts[0, -1])),
        ratio=moved.ratio,
        confidence=max(0.0, 1.0 - float(moved.doubt[0] @ yardstick.sureness)),
    )


def _window(frame: Frame, baseline: Baseline, days: int) -> Windows:
    recent = baseline.recent[-days:]
    values = frame.scaled(np.array([[each.values for each in recent]]))
    contexts = np.array([[CONTEXTS.index(each.context) for each in recent]])
    counts, sums, squares = (each.copy()[:, None] for each in (baseline.counts, baseline.sums, baseline.squares))
    return without(counts, sums, squares, values, contexts)
