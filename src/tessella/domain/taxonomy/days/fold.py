"""Days added up, in numpy: the reference of what SQL stores, and what a calibration looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.game import CONTEXTS, Scale

Sums = tuple[Array, Array, Array]


def scaled(values: Array, scales: Sequence[Scale]) -> Array:
    """(..., metrics) as measured, as they are summed: log(1 + x) or x. NaN stays NaN.

    >>> scaled(np.array([[0.0, -2.0]]), [Scale.LOG, Scale.LINEAR]).tolist()
    [[0.0, -2.0]]
    """
    is_log = np.array([each is Scale.LOG for each in scales], np.bool_)
    return np.where(is_log, np.log1p(np.where(is_log, values, 0.0)), values)


def folded(player: NDArray[np.int64], context: NDArray[np.int64], scaled_values: Array, players: int) -> Sums:
    """Counts, sums and sums of squares, each (players, contexts, metrics), of rows of days.

    `player` is 0 to players - 1, `context` an index into `CONTEXTS`, `scaled_values` (rows, metrics) with NaN where a
    day says nothing. Rows are added in their order, so that the same rows give the same bits.

    >>> counts, sums, squares = folded(np.array([0, 0]), np.array([0, 0]), np.array([[2.0], [3.0]]), 1)
    >>> counts[0, 0].tolist(), sums[0, 0].tolist(), squares[0, 0].tolist()
    ([2.0], [5.0], [13.0])
    """
    cells = players * len(CONTEXTS)
    cell = player * len(CONTEXTS) + context
    known = ~np.isnan(scaled_values)
    said = np.where(known, scaled_values, 0.0)
    return _added(cell, known, cells), _added(cell, said, cells), _added(cell, said * said, cells)


def _added(cell: NDArray[np.int64], values: NDArray[Any], cells: int) -> Array:
    added = np.empty((cells, values.shape[1]))
    for at, column in enumerate(values.T):
        added[:, at] = np.bincount(cell, column, cells)
    return added.reshape(cells // len(CONTEXTS), len(CONTEXTS), values.shape[1])
