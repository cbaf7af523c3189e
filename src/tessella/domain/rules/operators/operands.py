"""How operands are read from JSON, checked against the feature they stand beside, and written back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NoReturn, cast

from tessella.domain.errors import WrongOperand, shown
from tessella.domain.features.gate import INTEGER_LIMIT, Value, iso, normalise
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.rules.ast import MAX_TEXT

ALL_TYPES: Final = frozenset(FeatureType)
#: One value, which can be equal to another.
SCALARS: Final = ALL_TYPES - {FeatureType.STRING_LIST}
#: Scalars with an order: by size, by time, or by code point.
ORDERED: Final = SCALARS - {FeatureType.BOOLEAN}
TEXT: Final = frozenset({FeatureType.STRING})

MAX_DAYS: Final = 36_500

_EXPECTED: Final = {
    FeatureType.STRING: "text",
    FeatureType.NUMBER: "a number",
    FeatureType.INTEGER: "a whole number",
    FeatureType.BOOLEAN: "true or false",
    FeatureType.TIMESTAMP: "a time in ISO 8601, such as 2026-06-30T12:00:00Z",
}


def scalar(op: str, feature: Feature, operand: Json, at: Pointer) -> Value:
    """One value of the feature's type. Raises `WrongOperand`."""
    if feature.type is FeatureType.TIMESTAMP and not isinstance(operand, str):
        refuse(op, feature, _EXPECTED[feature.type], operand, at)
    if feature.type is FeatureType.STRING:
        return text(op, feature, operand, at)
    value = normalise(operand, feature.type)
    if value is None:
        refuse(op, feature, _expected(feature.type, operand), operand, at)
    return value + 0.0 if isinstance(value, float) else value  # -0.0 is written as 0


def choice(op: str, feature: Feature, operand: Json, at: Pointer) -> Value:
    """One value of the feature's type, and one of its allowed values where it lists them. Raises `WrongOperand`."""
    value = scalar(op, feature, operand, at)
    _check_allowed(op, feature, value, at, allowed_values(feature))
    return value


def choices(op: str, feature: Feature, operand: Json, at: Pointer) -> tuple[Value, ...]:
    """A list of such values, sorted and each once. Raises `WrongOperand` for the first that is wrong."""
    if not isinstance(operand, list):
        refuse(op, feature, "a list of values", operand, at)
    values = [scalar(op, feature, each, point(at, index)) for index, each in enumerate(operand)]
    allowed = allowed_values(feature)
    for index, value in enumerate(values):
        _check_allowed(op, feature, value, point(at, index), allowed)
    return tuple(sorted(set(values)))


def bounds(op: str, feature: Feature, operand: Json, at: Pointer) -> tuple[Value, Value]:
    """Two values of the feature's type. Raises `WrongOperand`."""
    if not isinstance(operand, list) or len(operand) != 2:
        refuse(op, feature, "two bounds [lowest, highest]", operand, at)
    low, high = (scalar(op, feature, each, point(at, index)) for index, each in enumerate(operand))
    return low, high


def text(op: str, feature: Feature, operand: Json, at: Pointer) -> str:
    """At most 1,000 characters, without NUL and lone surrogates. Raises `WrongOperand`."""
    value = normalise(operand, FeatureType.STRING)
    if value is None or len(cast(str, value)) > MAX_TEXT:
        refuse(op, feature, _expected(FeatureType.STRING, operand), operand, at)
    return cast(str, value)


def days(op: str, feature: Feature, operand: Json, at: Pointer) -> int:
    """A whole number of days, 0 to 36,500. Raises `WrongOperand`."""
    value = normalise(operand, FeatureType.INTEGER)
    if not isinstance(value, int) or not 0 <= value <= MAX_DAYS:
        refuse(op, feature, f"whole days from 0 to {MAX_DAYS}", operand, at)
    return value


def nothing(op: str, feature: Feature, operand: Json, at: Pointer) -> None:
    """No operand. Raises `WrongOperand` when there is one."""
    if operand is not None:
        refuse(op, feature, "nothing but the feature", operand, at)


def refuse(op: str, feature: Feature, expected: str, got: Json, at: Pointer) -> NoReturn:
    """Raise `WrongOperand` for what was got."""
    raise WrongOperand(at, op, feature.name, expected, shown(got))


def written(value: Value, kind: FeatureType) -> Json:
    """The canonical JSON operand of a value: ISO 8601 for a time, no fraction where there is none.

    >>> written(500.0, FeatureType.NUMBER), written(0, FeatureType.TIMESTAMP)
    (500, '1970-01-01T00:00:00+00:00')
    """
    if kind is FeatureType.TIMESTAMP:
        return iso(cast(int, value))
    if isinstance(value, float) and value.is_integer() and abs(value) <= INTEGER_LIMIT:
        return int(value)
    return value


def allowed_values(feature: Feature) -> frozenset[Value | None]:
    """The feature's allowed values as the gate sees them; empty when any value is allowed."""
    return frozenset(normalise(each, feature.type) for each in feature.allowed_values)


def _check_allowed(op: str, feature: Feature, value: Value, at: Pointer, allowed: Collection[Value | None]) -> None:
    if not allowed or value in allowed:
        return
    got = written(value, feature.type)
    near = nearest(got, _texts(feature.allowed_values)) if isinstance(got, str) else None
    near = near or _nearest_ignoring_case(got, _texts(feature.allowed_values))
    advice = f"Did you mean {shown(near)}?" if near else ""
    listed = ", ".join(shown(each) for each in feature.allowed_values[:10])
    raise WrongOperand(at, op, feature.name, f"one of its allowed values ({listed})", shown(got), advice)


def _texts(values: Sequence[Json]) -> list[str]:
    return [each for each in values if isinstance(each, str)]


def _nearest_ignoring_case(got: Json, texts: Sequence[str]) -> str | None:
    return next((each for each in texts if each.casefold() == str(got).casefold()), None)


def _expected(kind: FeatureType, operand: Json) -> str:
    """What is expected; in more detail where the type is right and the value is not."""
    if kind is FeatureType.STRING and isinstance(operand, str):
        return f"at most {MAX_TEXT} characters without NUL and lone surrogates"
    if kind in (FeatureType.NUMBER, FeatureType.INTEGER) and type(operand) in (int, float):
        return f"{_EXPECTED[kind]}, finite and within 2^53"
    return _EXPECTED[kind]
