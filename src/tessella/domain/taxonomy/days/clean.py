"""Which values of a day count, in Python and in SQL: what cannot be scaled is left out and counted."""

from __future__ import annotations

from typing import Final

from tessella.domain.features.gate import INTEGER_LIMIT
from tessella.domain.taxonomy.game import Scale

TOO_LARGE: Final = "not finite, or 2^53 or more in size"
NEGATIVE: Final = "below 0, and the scale is log"


def cleaned(value: float | None, scale: Scale) -> float | None:
    """The value, None where it does not count.

    >>> cleaned(-1.0, Scale.LOG), cleaned(-1.0, Scale.LINEAR), cleaned(float("nan"), Scale.LINEAR)
    (None, -1.0, None)
    """
    return value if value is not None and fault_of(value, scale) is None else None


def fault_of(value: float, scale: Scale) -> str | None:
    """Why a value does not count; None for one that does."""
    if not abs(value) < INTEGER_LIMIT:
        return TOO_LARGE
    return NEGATIVE if scale is Scale.LOG and value < 0 else None


def cleaned_sql(column: str, scale: Scale) -> str:
    """`cleaned` over a column of DOUBLE."""
    positive = f" AND {column} >= 0" if scale is Scale.LOG else ""
    return f"CASE WHEN abs({column}) < {INTEGER_LIMIT}{positive} THEN {column} END"


def scaled_sql(column: str, scale: Scale) -> str:
    """A clean value as it is summed: ln(1 + x), or x."""
    return f"ln(1 + {column})" if scale is Scale.LOG else column


def fault_counts_sql(column: str, scale: Scale) -> dict[str, str]:
    """By reason, an aggregate that counts the values that do not count for it."""
    small = f"abs({column}) < {INTEGER_LIMIT}"
    counts = {TOO_LARGE: f"count({column}) FILTER (WHERE NOT {small})"}
    return counts | ({NEGATIVE: f"count(*) FILTER (WHERE {small} AND {column} < 0)"} if scale is Scale.LOG else {})
