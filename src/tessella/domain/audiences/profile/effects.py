"""How far two groups lie apart on one feature, on one scale whatever the feature's type: that of Cohen's d.

0.2 is small, 0.5 medium, 0.8 large (Cohen, Statistical Power Analysis, 1988). p-values are two-sided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, fsum, log, pi, sqrt
from typing import Final

#: No effect is told to be larger: groups without any overlap would lie infinitely far apart.
LARGEST: Final = 10.0
#: A level of fewer expected subjects than this has no place in a chi-squared test.
LEAST_EXPECTED: Final = 5.0


@dataclass(frozen=True, slots=True)
class Effect:
    """How far apart, in which measure, and how easily chance alone would do it."""

    #: On the scale of Cohen's d, -10 to 10. Positive: the segment has more of it. Of texts never negative.
    size: float
    #: standardised_mean_difference, log_odds_ratio or cramers_v.
    measure: str
    #: In that measure.
    value: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Moments:
    """A group's numbers: how many, their mean, and their variance with n - 1 below."""

    count: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group have something."""

    having: int
    count: int

    @property
    def share(self) -> float:
        """0 to 1; 0 of nobody."""
        return self.having / self.count if self.count else 0.0


def mean_difference(segment: Moments, rest: Moments) -> Effect | None:
    """The standardised difference of two means, (a - b) / sqrt((va + vb) / 2), with Welch's test.

    None when a group has fewer than two, or nobody varies. Source: Austin, Statistics in Medicine 28 (2009), 3083-3107;
    Welch, Biometrika 34 (1947), 28-35.

    >>> found = mean_difference(Moments(50, 12.0, 4.0), Moments(50, 11.0, 4.0))
    >>> round(found.size, 3), round(found.p_value, 4)
    (0.5, 0.0141)
    """
    spread = sqrt((segment.variance + rest.variance) / 2)
    if min(segment.count, rest.count) < 2 or spread == 0.0:
        return None
    size = (segment.mean - rest.mean) / spread
    errors = segment.variance / segment.count, rest.variance / rest.count
    freedom = sum(errors) ** 2 / (errors[0] ** 2 / (segment.count - 1) + errors[1] ** 2 / (rest.count - 1))
    p_value = 2 * _beyond_t(abs(segment.mean - rest.mean) / sqrt(sum(errors)), freedom)
    return Effect(_bounded(size), "standardised_mean_difference", size, p_value)


def odds_difference(segment: Share, rest: Share) -> Effect | None:
    """The logarithm of the odds ratio, half a subject added to each cell, with the chi-squared test.

    Its size is the ratio times sqrt(3) / pi. None when a group is empty, or all have it, or nobody. Source: Haldane,
    Annals of Human Genetics 20 (1956), 309-311; Chinn, Statistics in Medicine 19 (2000), 3127-3131.

    >>> found = odds_difference(Share(30, 100), Share(10, 100))
    >>> round(found.value, 2), round(found.size, 2), found.p_value < 0.001
    (1.32, 0.73, True)
    """
    cells = (segment.having, segment.count - segment.having, rest.having, rest.count - rest.having)
    having, lacking = cells[0] + cells[2], cells[1] + cells[3]
    if 0 in (segment.count, rest.count, having, lacking):
        return None
    a, b, c, d = (each + 0.5 for each in cells)
    ratio = log(a * d / (b * c))
    squared = _chi_squared([(cells[0], cells[2]), (cells[1], cells[3])])
    return Effect(_bounded(ratio * sqrt(3) / pi), "log_odds_ratio", ratio, _beyond_chi_squared(squared, 1))


def association(levels: Sequence[tuple[int, int]]) -> Effect | None:
    """Cramer's V between being in the segment and having one of the levels, corrected for bias, chi-squared test.

    `levels` are subjects of the segment and of the rest; those with too few join hands. None for fewer than two levels.
    V is a correlation r; its size is r / sqrt((1 - r^2) p q) for shares p and q of the groups. Source: Bergsma, Journal
    of the Korean Statistical Society 42 (2013), 323-328; Borenstein et al., Introduction to Meta-Analysis (2009), 7.

    >>> found = association([(30, 10), (10, 30)])
    >>> round(found.value, 2), round(found.size, 2)
    (0.49, 1.13)
    """
    kept = _joined(levels)
    inside, outside = (sum(column) for column in zip(*kept, strict=True)) if kept else (0, 0)
    subjects = inside + outside
    if len(kept) < 2 or 0 in (inside, outside):
        return None
    squared, freedom = _chi_squared(kept), len(kept) - 1
    excess = max(0.0, squared / subjects - freedom / (subjects - 1))
    v = sqrt(min(1.0, excess / (1 - 1 / (subjects - 1))))
    share = inside / subjects
    size = v / sqrt((1 - v * v) * share * (1 - share)) if v < 1.0 else LARGEST
    return Effect(_bounded(size), "cramers_v", v, _beyond_chi_squared(squared, freedom))


def _joined(levels: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The levels that can be tested, and one for all others where that can."""
    inside, outside = (sum(column) for column in zip(*levels, strict=True)) if levels else (0, 0)
    lesser = min(inside, outside) / max(1, inside + outside)
    large = [each for each in levels if sum(each) * lesser >= LEAST_EXPECTED]
    others = (inside - sum(each[0] for each in large), outside - sum(each[1] for each in large))
    return [*large, others] if sum(others) * lesser >= LEAST_EXPECTED else large


def _chi_squared(table: Sequence[tuple[int, int]]) -> float:
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(columns)
    expected = [[sum(row) * column / total for column in columns] for row in table]
    return fsum(
        (seen - due) ** 2 / due
        for row, dues in zip(table, expected, strict=True)
        for seen, due in zip(row, dues, strict=True)
    )


def _bounded(size: float) -> float:
    return copysign(min(abs(size), LARGEST), size)


def _beyond_t(value: float, freedom: float) -> float:
    from scipy.special import stdtr  # a server loads scipy with its first profile

    return float(stdtr(freedom, -value))


def _beyond_chi_squared(value: float, freedom: float) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(freedom, value))
