"""How often somebody will buy again: the BG/NBD model of purchases that end without being told.

While a subject buys, the times between purchases are exponential at a rate of their own, Gamma(r, alpha) over the
population. After each purchase they stop for good with a chance of their own, Beta(a, b). Source: Fader, Hardie and
Lee, "Counting Your Customers the Easy Way" (Marketing Science 24, 2005); numbers in brackets are its equations.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, expit, gammaln

from tessella.domain.errors.value import TooFewPurchases
from tessella.domain.predictions.value.beta_quadrature import beta_nodes
from tessella.domain.predictions.value.maximum_likelihood import most_likely
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories

Values = NDArray[np.float64]

NAME: Final = "BG/NBD"
#: Four parameters are not estimated from less.
FEWEST_SUBJECTS: Final = 100
FEWEST_REPEATED: Final = 30


class BgNbd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fitted model. Times are in the unit that it was fitted in."""

    r: float
    alpha: float
    a: float
    b: float

    def expected_new(self, within: Values) -> Values:
        """Purchases after the first, within a time of it, of somebody of whom nothing else is known: E[X(t)], (9)."""
        return _until_gone(self.a, self.b, self.r, within / self.alpha)

    def expected(self, histories: PurchaseHistories, within: float) -> Values:
        """Purchases of each subject in the time that follows their history: E[Y(t) | x, t_x, T], (10).

        The equation's 2F1 is a mean over the subject's chance to stop, which is Beta(a, b + x) while they have not:
        p_alive * E[(1 - (1 + p t / (alpha + T))^-(r + x)) / p]. It is taken by quadrature, where nothing overflows and
        a = 1 is no exception.
        """
        found = np.empty(len(histories))
        for repeats in np.unique(histories.repeats):
            rows = histories.repeats == repeats
            reach = within / (self.alpha + histories.age[rows])
            found[rows] = _until_gone(self.a, self.b + float(repeats), self.r + float(repeats), reach)
        return found * self.p_alive(histories)

    def p_alive(self, histories: PurchaseHistories) -> Values:
        """The model's chance, 0 to 1, that each subject has not stopped for good.

        It is no churn: it says nothing of whether a purchase comes within any number of days, it is 1 for everybody who
        bought once, and it orders subjects worse than recency does. It is a step on the way to `expected`.
        """
        x = np.maximum(histories.repeats, 1.0)
        ratio = np.log(self.a) - np.log(self.b + x - 1)
        odds = (self.r + x) * (np.log(self.alpha + histories.age) - np.log(self.alpha + histories.last))
        return np.where(histories.repeats > 0, expit(-(ratio + odds)), 1.0)


def fit_bg_nbd(histories: PurchaseHistories) -> BgNbd:
    """The most likely parameters, from histories whose times can be; others are left out.

    Raises `TooFewPurchases` and `NotFitted`.
    """
    usable = histories.where(histories.timed())
    repeated = int((usable.repeats > 0).sum())
    if len(usable) < FEWEST_SUBJECTS or repeated < FEWEST_REPEATED:
        raise TooFewPurchases(NAME, len(usable), repeated, f"{FEWEST_SUBJECTS} and {FEWEST_REPEATED}")
    start = (1.0, float(usable.age.mean()), 1.0, 1.0)
    r, alpha, a, b = most_likely(NAME, lambda parameters: log_likelihood(parameters, usable), start).tolist()
    return BgNbd(r, alpha, a, b)


def log_likelihood(parameters: Values, histories: PurchaseHistories) -> tuple[float, Values]:
    """The mean over subjects of ln L(r, alpha, a, b | x, t_x, T), (6), and its derivative by each parameter.

    The sum of the two ways to see nothing since t_x, still buying or gone, is taken by logarithms.
    """
    r, alpha, a, b = parameters
    x = histories.repeats
    until_end, until_last = alpha + histories.age, alpha + histories.last
    again = np.maximum(x, 1.0)
    stays = -(r + x) * np.log(until_end)
    left = np.log(a) - np.log(b + again - 1) - (r + x) * np.log(until_last)
    left = np.where(x > 0, left, -np.inf)
    either = np.logaddexp(stays, left)
    value = (
        gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x) + either
    )  # fmt: skip
    gone = np.exp(left - either)
    spent = digamma(a + b) - digamma(a + b + x)
    by_r = digamma(r + x) - digamma(r) + np.log(alpha) - _mix(gone, np.log(until_last), np.log(until_end))
    by_alpha = r / alpha - (r + x) * _mix(gone, 1 / until_last, 1 / until_end)
    by_a = spent + gone / a
    by_b = spent + digamma(b + x) - digamma(b) - gone / (b + again - 1)
    return float(value.mean()), np.array([each.mean() for each in (by_r, by_alpha, by_a, by_b)])


def _mix(share: Values, first: Values, second: Values) -> Values:
    return share * first + (1 - share) * second


def _until_gone(a: float, b: float, shape: float, reach: Values) -> Values:
    """The mean over p ~ Beta(a, b) of (1 - (1 + p u)^-shape) / p, for each u of `reach`."""
    total = np.zeros_like(reach)
    for chance, weight in zip(*beta_nodes(a, b), strict=True):
        total -= weight / chance * np.expm1(-shape * np.log1p(chance * reach))
    return total
