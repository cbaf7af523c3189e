"""The gate that every value passes before any rule engine sees it: a typed value, or absent (None).

Requests, stored facts, imports and the SQL projection agree on this. Source: SEMANTICS, "The gate".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from tessella.domain.features.iso8601 import is_moment
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Json

#: A normalised value: text, a finite float, an int within 2^53, a bool, microseconds UTC, or a tuple of texts.
Value = str | float | int | bool | tuple[str, ...]

INTEGER_LIMIT: Final = 2**53
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
HOUR_US: Final = 3_600_000_000
DAY_US: Final = 24 * HOUR_US
TIMESTAMP_MIN: Final = -62_135_596_800_000_000
TIMESTAMP_MAX: Final = 253_402_300_799_999_999


def normalise(value: Json, kind: FeatureType) -> Value | None:
    """`value` as `kind`, or None when it is absent: missing, null, NaN, out of range or of another type.

    >>> normalise(5, FeatureType.NUMBER), normalise(2.0, FeatureType.INTEGER), normalise(True, FeatureType.INTEGER)
    (5.0, 2, None)
    """
    return _GATES[kind](value)


def gate_of(kind: FeatureType) -> Callable[[Json], Value | None]:
    """`normalise` for one type."""
    return _GATES[kind]


def value_of_cell(cell: str | float | list[str] | None) -> Value | None:
    """A normalised value from the cell that an engine gives for it: a list of texts comes as a list.

    >>> value_of_cell(["a", "b"]), value_of_cell(5.0), value_of_cell(None)
    (('a', 'b'), 5.0, None)
    """
    return tuple(cell) if isinstance(cell, list) else cell


def _string(value: Json) -> str | None:
    if type(value) is not str or "\0" in value:
        return None
    return value if value.isascii() or _encodes(value) else None


def _encodes(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _number(value: Json) -> float | None:
    if type(value) is float:
        return value if math.isfinite(value) else None
    return float(value) if type(value) is int and -INTEGER_LIMIT <= value <= INTEGER_LIMIT else None


def _integer(value: Json) -> int | None:
    if type(value) is float:
        value = int(value) if value.is_integer() else None
    return value if type(value) is int and -INTEGER_LIMIT <= value <= INTEGER_LIMIT else None


def _boolean(value: Json) -> bool | None:
    return value if type(value) is bool else None


def _string_list(value: Json) -> tuple[str, ...] | None:
    if type(value) not in (list, tuple):
        return None
    items = tuple(_string(each) for each in value)
    return None if None in items else items  # type: ignore[return-value]  # no None is left


def _timestamp(value: Json) -> Instant | None:
    """ISO 8601 text, a datetime, a date, or integer microseconds. Naive is UTC; a date is its midnight."""
    if type(value) is int:
        return Instant(value) if TIMESTAMP_MIN <= value <= TIMESTAMP_MAX else None
    if type(value) is str:
        value = _parsed(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return micros(value) if isinstance(value, datetime) else None


def _parsed(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if is_moment(text) else None


def micros(moment: datetime) -> Instant | None:
    """Microseconds UTC of a datetime (naive means UTC); None outside the years 0001 to 9999."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = (aware - EPOCH) // MICROSECOND
    return Instant(since) if TIMESTAMP_MIN <= since <= TIMESTAMP_MAX else None


def iso(instant: int) -> str:
    """The instant as ISO 8601 text in UTC.

    >>> iso(0)
    '1970-01-01T00:00:00+00:00'
    """
    return (EPOCH + timedelta(microseconds=instant)).isoformat()


_GATES: Final[dict[FeatureType, Callable[[Json], Value | None]]] = {
    FeatureType.STRING: _string,
    FeatureType.NUMBER: _number,
    FeatureType.INTEGER: _integer,
    FeatureType.BOOLEAN: _boolean,
    FeatureType.TIMESTAMP: _timestamp,
    FeatureType.STRING_LIST: _string_list,
}
