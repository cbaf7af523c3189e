"""What was logged, as sums: everything that inference reads, whatever the number of units."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Logged:
    """A row for each policy version, segment and variant: units that were assigned so, and their rewards.

    A row's `propensities` and `means` were known before its first unit was drawn: they are the policy's weights, and
    what the version before it expected of each variant. That makes all sums below martingales.
    """

    #: Shape (rows,): the variant, 0 to variants - 1; how many units; how many of them were rewarded at all; the sum of
    #: their rewards, and of its squares.
    variant: NDArray[np.int64]
    units: Numbers
    rewarded: Numbers
    total: Numbers
    squares: Numbers
    #: Shape (rows, variants).
    propensities: Numbers
    means: Numbers

    @property
    def variants(self) -> int:
        """How many there are."""
        return int(self.propensities.shape[1])

    @property
    def chosen(self) -> Numbers:
        """The propensity of each row's own variant, shape (rows,)."""
        return self.propensities[np.arange(len(self.variant)), self.variant]

    @property
    def expected(self) -> Numbers:
        """What was expected of each row's own variant, shape (rows,)."""
        return self.means[np.arange(len(self.variant)), self.variant]

    def where(self, rows: NDArray[np.bool_]) -> Self:
        """Some of the rows."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def of(self, variant: int, column: Numbers) -> float:
        """The sum of a column over the units that got a variant."""
        return float(column[self.variant == variant].sum())
