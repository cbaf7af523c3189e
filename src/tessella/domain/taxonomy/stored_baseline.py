"""A baseline from how it is stored: two flat lists of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tessella.domain.errors.taxonomy_days import BaselineOutdated
from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.baselines import Array, Baseline, Day
from tessella.domain.taxonomy.game import CONTEXTS

#: Counts, sums and squares.
_SUMS: Final = 3
#: A row of a last day begins with the day and the index of its context.
_LABELS: Final = 2


def baseline_from(
    player_id: SubjectId, as_of_day: int, sums: Sequence[float] | Array, recent: Sequence[float] | Array, metrics: int
) -> Baseline:
    """The baseline of `metrics` metrics.

    `sums` is (3, contexts, metrics) flattened: counts, sums of scaled values, sums of their squares. `recent` is rows
    of day, index of the context and the metrics as measured, NaN where the day says nothing, the newest last. Raises
    `BaselineOutdated` when there are others than so many metrics.

    >>> baseline = baseline_from(SubjectId("a"), 9, [2, 0, 0, 7.0, 0, 0, 25.0, 0, 0], [8, 1, 3.5], 1)
    >>> baseline.sums[0].tolist(), baseline.recent[0].context.value, baseline.recent[0].values.tolist()
    ([7.0], 'weekend', [3.5])
    """
    size = _SUMS * len(CONTEXTS) * metrics
    width = _LABELS + metrics
    if len(sums) != size or len(recent) % width:
        raise BaselineOutdated(player_id, len(sums), size)
    counts, added, squares = np.array(sums, np.float64).reshape(_SUMS, len(CONTEXTS), metrics)
    rows = np.array(recent, np.float64).reshape(-1, width)
    labels = zip(rows[:, :_LABELS].astype(np.int64).tolist(), rows[:, _LABELS:], strict=True)
    days = tuple([Day(day, CONTEXTS[context], values) for (day, context), values in labels])
    return Baseline(player_id, as_of_day, counts, added, squares, days)
