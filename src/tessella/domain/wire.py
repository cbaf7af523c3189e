"""JSON into records: one reader for HTTP bodies, YAML files, the database and the Python API."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec

from tessella.domain.errors import MOST_FAULTS, Faults, TessellaError, UnknownField, WrongShape, field_names
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.wire_words import words_at

T = TypeVar("T")

_PATH = re.compile(r"^(?P<problem>.*?)(?: - at `(?P<path>\$.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_NAMED = re.compile(r"`([^`]*)`(?! -)")
#: The decoder's names of types, as people say them.
_TYPES = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "null": "null",
    "array": "a list", "object": "an object",
}  # fmt: skip
_MISSING = re.compile(r"missing required field `(.*)`")
_ENUM = re.compile(r"Invalid enum value")
_UNKNOWN = re.compile(r"unknown field `(.*)`")


def read_record(kind: type[T], written: Json, at: Pointer = "") -> T:
    """`written` as a record of `kind`. Raises `WrongShape` or `UnknownField` with the pointer of the fault."""
    try:
        return msgspec.convert(written, kind)
    except msgspec.ValidationError as error:
        raise shape_error(error, kind, at) from error


def refuse_unknown(written: Mapping[str, Json], known: Collection[str], at: Pointer) -> None:
    """Raises `Faults` with an `UnknownField` for each field of an object that is not among the known ones."""
    unknown = list(islice((name for name in written if name not in known), MOST_FAULTS))
    if unknown:
        raise Faults([UnknownField(point(at, name), name, nearest(name, known)) for name in unknown])


def shape_error(error: msgspec.ValidationError, kind: Any, at: Pointer = "") -> TessellaError:
    """The decoder's complaint as one of ours."""
    found = _PATH.match(str(error))
    problem, path = (found["problem"], found["path"] or "") if found else (str(error), "")
    steps = [name or index for name, index in _STEP.findall(path)]
    where = point(at, *steps)
    unknown = _UNKNOWN.search(problem)
    if unknown:
        known = field_names(kind) if isinstance(kind, type) else []
        return UnknownField(point(where, unknown[1]), unknown[1], nearest(unknown[1], known))
    told = _NAMED.sub(_in_words, problem).replace("`", '"').rstrip(".") + "."
    return WrongShape(where, told, _advice(problem, kind, steps))


def _advice(problem: str, kind: Any, steps: Sequence[str]) -> str:
    """What to send, where the decoder does not say it: a field that is missing, or one of a few words."""
    missing = _MISSING.search(problem)
    words = words_at(kind, [*steps, missing[1]] if missing else steps) if missing or _ENUM.match(problem) else ()
    one_of = ", ".join(f'"{each}"' for each in words)
    if missing:
        return f'Send "{missing[1]}": one of {one_of}.' if one_of else f'Send "{missing[1]}" too.'
    return f"It is one of {one_of}." if one_of else ""


def _in_words(named: re.Match[str]) -> str:
    return " or ".join(_TYPES.get(each, f'"{each}"') for each in named[1].split(" | "))
