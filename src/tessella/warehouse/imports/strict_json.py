"""Which JSON can be stored and read back, as SQL: the engine's own check lets more pass."""

from __future__ import annotations

from functools import reduce
from typing import Final

#: Objects and lists inside one another: as many as fit into a body over HTTP, below its list of rows.
MOST_LEVELS: Final = 29
_TEXT: Final = r'"(\\.|[^"\\])*"'
_NO_BRACKET: Final = r"[^\[\]{}]"
_INNERMOST: Final = r"\[\]|\{\}"
#: NaN and infinity, a comma after the last value, and numbers that no float64 holds.
_NOT_STRICT: Final = r"(?i)nan|inf|,\s*[\]}]|[0-9]{300}|e[+-]?0*([0-9]{4}|[3-9][0-9]{2})"


def is_strict(json: str) -> str:
    """Whether valid JSON is JSON to everybody, and nested in at most `MOST_LEVELS` levels."""
    plain = _without(_TEXT, json)
    return f"(NOT regexp_matches({plain}, '{_NOT_STRICT}') AND {_is_shallow(_without(_NO_BRACKET, plain))})"


def _is_shallow(brackets: str) -> str:
    """Takes the innermost level away as often as there may be levels, where there are brackets enough for more."""
    peeled = reduce(lambda left, _: _without(_INNERMOST, left), range(MOST_LEVELS), brackets)
    return f"CASE WHEN length({brackets}) <= {2 * MOST_LEVELS:d} THEN true ELSE {peeled} = '' END"


def _without(pattern: str, text: str) -> str:
    return f"regexp_replace({text}, '{pattern}', '', 'g')"
