"""What somebody's next purchase will come to: the Gamma-Gamma model of spend.

A subject's purchases are Gamma(p, nu) with a scale of their own, nu ~ Gamma(q, v) over the population; how much
somebody spends has nothing to do with how often. Source: Fader, Hardie and Lee, "RFM and CLV: Using Iso-Value Curves
for Customer Base Analysis" (JMR 42, 2005); Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, gammaln

from tessella.domain.errors.value import TooFewPurchases
from tessella.domain.predictions.value.maximum_likelihood import most_likely
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories

Values = NDArray[np.float64]

NAME: Final = "Gamma-Gamma"
FEWEST_REPEATED: Final = 30


class GammaGamma(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fitted model; `v` is in the unit of the money that it was fitted on. q > 1: spend has a mean."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """What a purchase comes to over the population: p v / (q - 1)."""
        return self.p * self.v / (self.q - 1)

    def expected(self, histories: PurchaseHistories) -> Values:
        """The mean of each subject's purchases to come: E[M | m, x] = p (v + x m) / (p x + q - 1).

        Between what they spent so far and the population's mean. Where no repeat with a mean above 0 is known it is the
        population's.
        """
        known = histories.valued()
        x = np.where(known, histories.repeats, 0.0)
        spent = np.where(known, histories.repeats * histories.mean_value, 0.0)
        return np.asarray(self.p * (self.v + spent) / (self.p * x + self.q - 1))


def fit_gamma_gamma(histories: PurchaseHistories) -> GammaGamma:
    """The most likely parameters with q > 1, from subjects who bought again for a mean above 0; others are left out.

    Raises `TooFewPurchases` and `NotFitted`.
    """
    valued = histories.where(histories.valued())
    if len(valued) < FEWEST_REPEATED:
        raise TooFewPurchases(NAME, len(histories), len(valued), str(FEWEST_REPEATED))
    start = (2.0, 1.0, float(np.median(valued.mean_value)))
    found = most_likely(NAME, lambda parameters: log_likelihood(parameters, valued), start)
    p, over_one, v = found.tolist()
    return GammaGamma(p, 1 + over_one, v)


def log_likelihood(parameters: Values, histories: PurchaseHistories) -> tuple[float, Values]:
    """The mean over subjects of ln L(p, q, v | x, m), and its derivative by p, q - 1 and v, the parameters."""
    p, over_one, v = parameters
    q = 1 + over_one
    x, m = histories.repeats, histories.mean_value
    shape, total = p * x, np.log(v + x * m)
    share = np.log(x * m) - total
    value = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * (np.log(v) - total) + shape * share - np.log(m)
    summed = digamma(shape + q)
    by_p = x * (summed - digamma(shape) + share)
    by_q = summed - digamma(q) + np.log(v) - total
    by_v = q / v - (shape + q) / (v + x * m)
    return float(value.mean()), np.array([each.mean() for each in (by_p, by_q, by_v)])


def correlation(histories: PurchaseHistories) -> float:
    """Pearson's, of how often those who bought again did and what for: the model takes it for 0.

    NaN where one of the two is the same for all.
    """
    valued = histories.where(histories.valued())
    if len(valued) < 2 or np.ptp(valued.repeats) == 0 or np.ptp(valued.mean_value) == 0:
        return float("nan")
    return float(np.corrcoef(valued.repeats, valued.mean_value)[0, 1])
