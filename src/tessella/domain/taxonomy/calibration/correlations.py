"""How being in a segment goes together with what became of players: LTV, churn, support."""

from __future__ import annotations

from collections.abc import Mapping
from math import atanh, sqrt, tanh
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.intervals import CONFIDENCE, quantile
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.game import Game, Outcome
from tessella.domain.taxonomy.taxonomy import Correlation

#: So many players with a known outcome are needed within the segment, and so many outside it.
LEAST_PLAYERS: Final = 10
#: A correlation nearer to 1 has no interval by Fisher's z.
_ALMOST_ONE: Final = 1 - 1e-12


def outcomes_of(game: Game, outcomes: Array) -> Mapping[Outcome, Array]:
    """The columns of `Seen.outcomes`, by what they are: those that the game names, in the order of `Outcome`."""
    named = [each for each in Outcome if each in game.outcomes]
    return {outcome: outcomes[:, column] for column, outcome in enumerate(named)}


def correlations_of(
    members: NDArray[np.bool_], outcomes: Mapping[Outcome, Array]
) -> Mapping[Outcome, Correlation | None]:
    """For one segment: the correlation of membership (players,) with each outcome (players,), NaN where unknown.

    None where the game names no such outcome, or where it cannot be told: see `correlation`. It says what goes
    together, not what causes what.
    """
    return {each: correlation(members, outcomes[each]) if each in outcomes else None for each in Outcome}


def correlation(members: NDArray[np.bool_], outcome: Array) -> Correlation | None:
    """Point-biserial r of yes and no (players,) with a number (players,), with an interval of 95 %.

    r is Pearson's, with 1 for members and 0 for others; where the outcome is yes and no too it is phi. The interval
    is Fisher's, tanh(atanh r -+ 1.96 e), with an error e from the players themselves, since money is far from normal:

        e = sqrt(mean(i^2) / (n - 3)) / (1 - r^2),  i = x y - r (x^2 + y^2) / 2,  x and y standardised.

    For normal data e is Fisher's 1 / sqrt(n - 3). None for fewer than `LEAST_PLAYERS` known players within or outside,
    or for an outcome that is the same for everybody. Source: Fisher, Metron 1 (1921); Steiger and Hakstian, "The
    asymptotic distribution of elements of a correlation matrix", BJMSP 35 (1982).

    >>> found = correlation(np.arange(40) % 2 == 0, np.arange(40) % 4 + 0.0)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (-0.45, -0.65, -0.19)
    """
    known = np.isfinite(outcome)
    within, values = members[known], outcome[known]
    inside = int(np.count_nonzero(within))
    if min(inside, len(within) - inside) < LEAST_PLAYERS or np.ptp(values) == 0:
        return None
    x, y = _standardised(within.astype(np.float64)), _standardised(values)
    r = float(np.clip(np.mean(x * y), -1.0, 1.0))
    if abs(r) > _ALMOST_ONE:
        return Correlation(r, r, r)
    influence = x * y - r * (x**2 + y**2) / 2
    reach = quantile(CONFIDENCE) * sqrt(float(np.mean(influence**2)) / (len(x) - 3)) / (1 - r**2)
    return Correlation(r, tanh(atanh(r) - reach), tanh(atanh(r) + reach))


def _standardised(values: Array) -> Array:
    centered = values - values.mean()
    standardised: Array = centered / np.sqrt(np.mean(centered**2))
    return standardised
