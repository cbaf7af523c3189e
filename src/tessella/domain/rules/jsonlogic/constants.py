"""Constants as JavaScript sees them: what counts as true, which number a value is, how two values compare.

Source: ECMA-262, "Type Conversion" and "Testing and Comparison Operations"; that an empty list is false is JSONLogic's.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from tessella.domain.identifiers import Json

EQUALITIES: Final = frozenset({"==", "==="})

_HOLDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "===": operator.eq,
}
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_OF_BASE: Final = re.compile(r"0([xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")


def is_true(value: Json) -> bool:
    """Whether the value counts as true: all do but null, false, 0, NaN, "" and the empty list.

    >>> is_true("0"), is_true({}), is_true([])
    (True, True, False)
    """
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return isinstance(value, dict) or bool(value)


def to_number(value: Json) -> float:
    """The number that JavaScript makes of a value; NaN when there is none, and for lists and objects.

    >>> to_number(" 1e2 "), to_number(""), to_number(None), to_number(True), to_number("1_000")
    (100.0, 0.0, 0.0, 1.0, nan)
    """
    if value is None:
        return 0.0
    if isinstance(value, str):
        return _number_in(value.strip())
    return _to_float(value) if isinstance(value, int | float) else math.nan


def _number_in(text: str) -> float:
    if not text:
        return 0.0
    if _OF_BASE.fullmatch(text):
        return _to_float(int(text, 0))
    return float(text) if _DECIMAL.fullmatch(text) else math.nan


def _to_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def compare(op: str, left: Json, right: Json) -> bool:
    """`left op right` of two scalars, where op is one of > >= < <= == ===.

    Two texts compare by UTF-16 code units, anything else as numbers. null equals null only, and orders as 0. What is
    not a number compares false.

    >>> compare("==", 1, "1"), compare("===", 1, "1"), compare("<", "10", "9"), compare("<", "10", 9)
    (True, False, True, False)
    """
    if op == "===" and _kind(left) is not _kind(right):
        return False
    if op in EQUALITIES and (left is None or right is None):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return _HOLDS[op](_code_units(left), _code_units(right))
    return _HOLDS[op](to_number(left), to_number(right))


def _kind(value: Json) -> type:
    return float if type(value) is int else type(value)


def _code_units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")
