"""Sums that repeat: numbers are added as whole millionths, so that the order in which they are added has no effect."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

PER_UNIT: Final = 1e6


def millionths(number: float) -> int:
    """The number in millionths, half a millionth rounded away from zero.

    >>> millionths(0.1) + millionths(0.2) == millionths(0.3), millionths(-0.0000005)
    (True, -1)
    """
    return int(Decimal(number * PER_UNIT).to_integral_value(ROUND_HALF_UP))


def total(numbers: Iterable[float]) -> float:
    """The sum; 0 for no numbers."""
    return float(sum(map(millionths, numbers))) / PER_UNIT


def total_sql(column: str, condition: str) -> str:
    """The same as a DuckDB aggregate over DOUBLE, NULL for no numbers."""
    return f"CAST(sum(CAST(round({column} * {PER_UNIT}) AS HUGEINT)) FILTER (WHERE {condition}) AS DOUBLE) / {PER_UNIT}"
