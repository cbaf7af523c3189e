"""An interval that holds at every time at once: whoever looks at it every minute is as safe as who waits.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
sequences" (arXiv 2103.06476), the form for martingales.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Final

from tessella.domain.experiments.inference.estimates.scores import Scores
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.intervals import Interval

#: How often an interval may miss the truth at any time.
ALPHA: Final = 0.05
#: A variation that is a smaller share of the squares that it is left of is nothing but their rounding.
_ROUNDING: Final = 1e-13


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantity, and what is known of its error."""

    value: float
    #: The sum of weights, and of squared weighted distances from the value.
    weight: float
    variation: float

    @property
    def standard_error(self) -> float:
        """At a fixed time."""
        return sqrt(self.variation) / self.weight if self.weight else inf

    def sequence(self, planned: float, alpha: float = ALPHA) -> Interval:
        """The interval that covers the truth at every time with 1 - alpha, and is narrowest at `planned` variation."""
        if not self.weight:
            return Interval(-inf, inf)
        tuned = mixing_variance(planned, alpha)
        inner = self.variation * tuned + 1
        reach = sqrt(inner / tuned * 2 * log(sqrt(inner) / alpha)) / self.weight
        return Interval(self.value - reach, self.value + reach)

    def evidence(self, planned: float, alpha: float = ALPHA) -> float:
        """How much better than 0 something else explains it: an e-value at any time, whose inverse is a p-value."""
        tuned = mixing_variance(planned, alpha)
        inner = self.variation * tuned + 1
        distance = (self.value * self.weight) ** 2 * tuned / inner
        return exp(min(distance / 2, 700)) / sqrt(inner)


def mixing_variance(planned: float, alpha: float) -> float:
    """rho^2 = (-2 log a + log(-2 log a) + 1) / V*, which makes the interval narrowest at variation V*."""
    return (-2 * log(alpha) + log(-2 * log(alpha)) + 1) / planned


def estimate(logged: Logged, scores: Scores) -> Estimate:
    """The weighted mean of scores, sum(h phi) / sum(h), and the sum of h^2 (phi - mean)^2.

    Large amounts that hardly differ leave no variation that is more than rounding: it is 0 then.
    """
    total = scores.constant * logged.units + scores.slope * logged.total
    squares = (
        scores.constant**2 * logged.units
        + 2 * scores.constant * scores.slope * logged.total
        + scores.slope**2 * logged.squares
    )
    weight = float((scores.weight * logged.units).sum())
    if not weight:
        return Estimate(0.0, 0.0, 0.0)
    value = float((scores.weight * total).sum()) / weight
    around = squares - 2 * value * total + value**2 * logged.units
    largest = scores.constant**2 * logged.units + scores.slope**2 * logged.squares
    variation, rounded = (float((scores.weight**2 * each).sum()) for each in (around, largest))
    return Estimate(value, weight, variation if variation > _ROUNDING * rounded else 0.0)
