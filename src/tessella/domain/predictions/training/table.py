"""What is learned from: rows of features as they were known at a moment, and what happened after it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors import UnequalColumns
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import LARGEST

#: Float64 with NaN for what is missing, or texts with None.
Column = NDArray[Any]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One row a subject and cut. Raises `UnequalColumns` where a column has another length than the target."""

    columns: Mapping[FeatureName, Column]
    #: What happened after the cut, shape (rows,).
    positive: NDArray[np.bool_]
    #: When each row's features were known: microseconds UTC. All the same where no time is declared.
    cut: NDArray[np.int64]
    subject: NDArray[np.str_]
    #: Which columns of numbers are true or false.
    booleans: frozenset[FeatureName] = frozenset()
    #: Where it is known: the newest moment that each value of a column was made of, microseconds UTC.
    stamps: Mapping[FeatureName, NDArray[np.int64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """All columns are as long as the target."""
        others: list[tuple[str, Column]] = [("cut", self.cut), ("subject", self.subject)]
        for name, column in (*self.columns.items(), *self.stamps.items(), *others):
            if len(column) != len(self.positive):
                raise UnequalColumns(name, len(column), len(self.positive))

    def __len__(self) -> int:
        return len(self.positive)

    def without(self, names: Collection[FeatureName]) -> Table:
        """The same rows, fewer columns."""
        columns = {name: column for name, column in self.columns.items() if name not in names}
        stamps = {name: stamp for name, stamp in self.stamps.items() if name not in names}
        return replace(self, columns=columns, stamps=stamps)


def is_category(column: Column) -> bool:
    """Whether it holds texts."""
    return column.dtype.kind in "OUS"


def known(column: Column) -> NDArray[np.bool_]:
    """Where a value is: not None, NaN, infinite, or beyond float32."""
    if is_category(column):
        return np.fromiter((value is not None for value in column.tolist()), np.bool_, len(column))
    return np.asarray(np.abs(column) <= LARGEST)
