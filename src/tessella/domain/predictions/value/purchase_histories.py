"""What models of repeat purchases read: how often each subject bought again, when last, and for how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseHistories:
    """An entry a subject who bought at least once. Times in days; what is bought on one day is one purchase."""

    #: x: purchases after the first.
    repeats: Values
    #: t_x: from the first to the last, 0 without repeats.
    last: Values
    #: T: from the first to the moment that the history ends with.
    age: Values
    #: m: the mean of what the repeats came to; NaN where it is not known, and without repeats.
    mean_value: Values

    def __len__(self) -> int:
        return len(self.repeats)

    def where(self, chosen: NDArray[np.bool_]) -> PurchaseHistories:
        """Those of some subjects."""
        return PurchaseHistories(self.repeats[chosen], self.last[chosen], self.age[chosen], self.mean_value[chosen])

    def timed(self) -> NDArray[np.bool_]:
        """Whose times can be: finite, 0 <= t_x <= T, and t_x is 0 just where there are no repeats."""
        finite = np.isfinite(self.repeats) & np.isfinite(self.last) & np.isfinite(self.age)
        ordered = (self.repeats >= 0) & (self.last >= 0) & (self.last <= self.age)
        return np.asarray(finite & ordered & ((self.repeats > 0) == (self.last > 0)))

    def valued(self) -> NDArray[np.bool_]:
        """Whose repeats have a mean above 0: what was given back, or given away, says nothing of what is spent."""
        return np.asarray((self.repeats > 0) & np.isfinite(self.mean_value) & (self.mean_value > 0))
