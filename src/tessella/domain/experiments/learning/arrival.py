"""Which share of a cohort's rewards has come, as its own rewards tell.

An age says little of it where rewards come in batches: none of the units since the last one is rewarded, however old.
All variants of a cohort have had the same time, and the same batches. So how much has come is read from all of them
together, and which variant is the better one from what they brought beside one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from tessella.domain.experiments.learning.cells import Grid

Shares = NDArray[np.float64]

#: Rates and shares are told from one another in turns. Few are enough: the first ones are near.
_TURNS: Final = 5
#: Mature units tell the rates to begin with from so many rewarded ones on.
_ENOUGH_REWARDED: Final = 50.0
#: It is as if so many units had been seen of each variant that brought what all bring.
_PSEUDO_UNITS: Final = 1.0
#: Of a cohort that no reward is expected of.
_LEAST_EXPECTED: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Units and the rewarded among them by cohort, the youngest first, and variant: shape (cohorts, variants)."""

    units: Grid
    rewarded: Grid
    #: Of which all rewards have come. Shape (cohorts,).
    is_mature: NDArray[np.bool_]

    def mature(self) -> Cohorts:
        """Those that are."""
        return Cohorts(self.units[self.is_mature], self.rewarded[self.is_mature], self.is_mature[self.is_mature])


def arrived(cohorts: Cohorts, by_age: Shares) -> Shares:
    """The share of each cohort's rewards that has come, shape (cohorts,): it never falls with age, and 1 is all.

    It is how many units were rewarded beside how many would be if all rewards had come, where a variant's rate is the
    same in all cohorts. `by_age` is what is taken at first where few mature units are rewarded: with none, it says how
    much has come at all. Segments are not told apart: a change of their mix shifts young cohorts for all variants.
    """
    shares = _at_first(cohorts, by_age)
    for _ in range(_TURNS):
        shares = _as_rewarded(cohorts, cohorts.units @ _rates(cohorts, shares))
    return shares


def _at_first(cohorts: Cohorts, by_age: Shares) -> Shares:
    mature = cohorts.mature()
    if mature.rewarded.sum() < _ENOUGH_REWARDED:
        return np.where(cohorts.is_mature, 1.0, by_age)
    return _as_rewarded(cohorts, cohorts.units @ _rates(mature, np.ones(len(mature.units))))


def _rates(cohorts: Cohorts, shares: Shares) -> Shares:
    """How many units of each variant are rewarded in the end, shape (variants,)."""
    rewarded, told = cohorts.rewarded.sum(axis=0), shares @ cohorts.units
    overall = rewarded.sum() / max(told.sum(), 1.0)
    rates: Shares = (rewarded + _PSEUDO_UNITS * overall) / (told + _PSEUDO_UNITS)
    return rates


def _as_rewarded(cohorts: Cohorts, expected: Shares) -> Shares:
    weights = np.maximum(expected, _LEAST_EXPECTED)
    rising = isotonic_regression(cohorts.rewarded.sum(axis=1) / weights, weights=weights).x
    return np.where(cohorts.is_mature, 1.0, np.minimum(rising, 1.0))
