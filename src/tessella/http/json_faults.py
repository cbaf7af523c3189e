"""What a decoder of JSON lets pass, or refuses without saying where: found with a second reader, on suspicion only."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Final

from tessella.domain.errors import Faults, TessellaError, WrongShape
from tessella.domain.identifiers import Json, Pointer, point

#: What a decoder lets pass: an escaped NUL, and more digits than an integer of 64 bits has.
_ESCAPED_NUL: Final = b"\\u0000"
_MANY_DIGITS: Final = re.compile(rb"\d{19}")
_INT64: Final = range(-(2**63), 2**63)
#: No integer of so many digits is read.
_MOST_DIGITS: Final = 30

_NUL: Final = ("Text must not hold the character NUL.", "Leave U+0000 out.")
_SURROGATE: Final = ("Text must not hold half of a surrogate pair.", "Send the text as UTF-8.")
_NOT_FINITE: Final = ("A number must be finite: NaN, Infinity and numbers beyond 1.8e308 are not.", "Leave it out.")
_TOO_LONG: Final = ("An integer must fit into 64 bits.", "Send a longer one as text.")


def check_suspicious(raw: bytes) -> None:
    """Raises `Faults` for texts and numbers that no part of Tessella can keep, though a decoder takes them."""
    if _ESCAPED_NUL in raw or _MANY_DIGITS.search(raw):
        raise_faults(raw)


def raise_faults(raw: bytes) -> None:
    """Raises `Faults` with a pointer to each such text and number. Says nothing about what is not JSON."""
    try:
        value = json.loads(raw, parse_int=read_integer)
    except ValueError:
        return
    found = list(faults_of(value))
    if found:
        raise Faults(found)


def read_integer(digits: str) -> int:
    """An integer however long it is written; a longer one than any that is kept is cut."""
    return int(digits[:_MOST_DIGITS])


def faults_of(value: Json) -> Iterator[TessellaError]:
    """Each text and number of a JSON value that cannot be kept."""
    pending: list[tuple[Pointer, Json]] = [("", value)]
    while pending:
        at, each = pending.pop()
        if isinstance(each, dict):
            yield from (WrongShape(at, *fault) for name in each if (fault := _fault(name)))
            pending += [(point(at, _printable(name)), inner) for name, inner in each.items()]
        elif isinstance(each, list):
            pending += [(point(at, index), inner) for index, inner in enumerate(each)]
        elif fault := _fault(each):
            yield WrongShape(at, *fault)


def _fault(value: Json) -> tuple[str, str] | None:
    match value:
        case str():
            return _NUL if "\0" in value else _SURROGATE if _printable(value) != value else None
        case float() if not math.isfinite(value):
            return _NOT_FINITE
        case int() if value not in _INT64:
            return _TOO_LONG
        case _:
            return None


def _printable(text: str) -> str:
    return text.encode(errors="replace").decode()
