"""What has been seen of each variant in each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Of shape (segments, variants).
Grid = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Units and their rewards by segment and variant: three arrays of shape (segments, variants).

    A unit is one assignment, and its rewards are summed before it is counted here. For a binary reward, `total` counts
    the units that were rewarded, and `squares` is equal to it. Units whose rewards may still come count for less than
    one, see `maturity`.
    """

    units: Grid
    total: Grid
    squares: Grid

    @property
    def segments(self) -> int:
        """How many rows there are."""
        return len(self.units)

    @property
    def variants(self) -> int:
        """How many columns there are."""
        return int(self.units.shape[1])

    def shares(self) -> NDArray[np.float64]:
        """The share of units in each segment, shape (segments,): sums to 1; equal shares where there is no unit."""
        of_segment = self.units.sum(axis=1)
        everybody = of_segment.sum()
        return of_segment / everybody if everybody else np.full(self.segments, 1 / self.segments)
