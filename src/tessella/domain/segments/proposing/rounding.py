"""Thresholds that a person would have chosen."""

from __future__ import annotations

from math import ceil, floor, log10


def two_digits(number: float) -> float:
    """The number to two significant digits, as it is written in decimals.

    >>> two_digits(1234.5), two_digits(0.03749), two_digits(-7.25), two_digits(0.0)
    (1200.0, 0.037, -7.2, 0.0)
    """
    return float(f"{number:.1e}")


def whole(number: float) -> int:
    """The next larger whole number, to two significant digits from 100 on.

    >>> whole(3.5), whole(99.5), whole(137.5), whole(-2.5)
    (4, 100, 140, -2)
    """
    above = ceil(number)
    if abs(above) < 100:
        return above
    step = int(10 ** (floor(log10(abs(above))) - 1))
    return round(above / step) * step
