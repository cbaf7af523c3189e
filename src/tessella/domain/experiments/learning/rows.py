"""Which segments are learned of one by one, and what has been seen of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.experiments.counted import Column, Counted
from tessella.domain.experiments.learning.cells import Cells

#: Learning takes the cube of segments times variants: beyond so many, the smallest segments are learned of as one.
_MOST_CELLS: Final = 400


@dataclass(frozen=True, slots=True)
class Rows:
    """The segments of an experiment, by how they are learned of."""

    #: One row each.
    own: tuple[str, ...]
    #: Those with too few units: one row for all of them.
    pooled: tuple[str, ...]

    def of(self, columns: Counted) -> Column:
        """The number of each column's row."""
        numbers = {key: number for number, key in enumerate(self.own)}
        return np.array([numbers.get(each, len(self.own)) for each in columns.segment], dtype=np.int64)

    @property
    def count(self) -> int:
        """How many there are: at least one."""
        return len(self.own) + bool(self.pooled or not self.own)


def rows_of(columns: Counted, least_units: float, variants: int, counts_for: Column) -> Rows:
    """A row of its own for each segment that has enough units, the largest first; young ones count for a part."""
    keys, numbers = np.unique(columns.segment, return_inverse=True)
    units = np.bincount(numbers, columns.units * counts_for, len(keys))
    largest = sorted(zip(-units, keys, strict=True))[: max(_MOST_CELLS // variants - 1, 1)]
    own = sorted(key for negative, key in largest if -negative >= least_units)
    return Rows(tuple(own), tuple(sorted(set(keys) - set(own))))


def cells_of(columns: Counted, rows: Rows, variants: int, counts_for: Column) -> Cells:
    """The sums by row and variant, where each unit counts for a part of one; never fewer units than were rewarded."""
    place = rows.of(columns) * variants + columns.variant
    sums = [
        np.bincount(place, each, rows.count * variants).astype(np.float64).reshape(rows.count, variants)
        for each in (columns.units * counts_for, columns.rewarded, columns.total, columns.squares)
    ]
    return Cells(np.maximum(sums[0], sums[1]), sums[2], sums[3])
