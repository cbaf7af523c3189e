"""How much of a unit's rewards has come by its age: what a unit counts for while more may come.

Source of weighting by it: Chapelle, "Modeling delayed feedback in display advertising" (KDD 2014); Vernade et al.,
"Linear bandits with stochastic delayed feedback" (ICML 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.tally import MERGED

#: It is as if so many rewards had been seen that came evenly over the window.
_PSEUDO_REWARDS: Final = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """Units by how long ago they were assigned: two columns, microseconds and numbers."""

    age_us: NDArray[np.float64]
    units: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Maturity:
    """The share of rewards that have come by an age: 0 at none, 1 from the end of the window on."""

    #: At the end of each part of the window, and at its beginning: it never falls.
    arrived: NDArray[np.float64]
    window_us: int

    def share(self, age_us: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of units of some ages, linear within a part of the window."""
        ends = np.linspace(0, self.window_us, len(self.arrived))
        return np.interp(age_us, ends, self.arrived)


def maturity(delays: Sequence[float], ages: Ages, window_us: int, expected: float) -> Maturity:
    """From how many rewards came in each of equal parts of the window after the assignment.

    Young units have had no time for late rewards, so that each part's count is divided by the units that have lived
    through it. `expected` is how many rewards a unit brings; by it, 50 rewards that come evenly are added, which keeps
    the first ones from passing for all.
    """
    parts = np.asarray(delays, dtype=np.float64)
    lived = _lived(ages, window_us, len(parts))
    rates = (parts + _PSEUDO_REWARDS / len(parts)) / (lived + _PSEUDO_REWARDS / max(expected, 1e-6))
    return Maturity(np.concatenate([[0.0], np.cumsum(rates) / rates.sum()]), window_us)


def middle_age(cohort: NDArray[np.int64], step_us: int, now: int) -> NDArray[np.float64]:
    """How long ago the units of cohorts were assigned, in the middle; infinite for those that are merged."""
    middle = (cohort + np.minimum(cohort + step_us, now)) / 2
    return np.where(cohort == MERGED, np.inf, np.maximum(now - middle, 0.0))


def _lived(ages: Ages, window_us: int, parts: int) -> NDArray[np.float64]:
    """How many units have lived through each part: those within it count by how far they have come."""
    width = window_us / parts
    begun = np.arange(parts) * width
    through = np.clip((ages.age_us[:, None] - begun) / width, 0.0, 1.0)
    return ages.units @ through
