"""JSON into records: one reader for HTTP bodies, YAML files, the database and the Python API."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec

from tessella.domain.errors import MOST_FAULTS, Faults, TessellaError, UnknownField
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.typed import convert
from tessella.domain.wire_complaints import Complaint, complaint

T = TypeVar("T")

#: So many faults of one record are told: each costs another look at all of it.
_MOST_TOLD: Final = 20


def read_record(kind: type[T], written: Json, at: Pointer = "") -> T:
    """`written` as a record of `kind`. Raises `WrongShape` or `UnknownField` with the pointer, `Faults` of several."""
    try:
        return convert(written, kind)
    except msgspec.ValidationError as error:
        raise shape_error(error, kind, written, at) from error


def refuse_unknown(written: Mapping[str, Json], known: Collection[str], at: Pointer) -> None:
    """Raises `Faults` with an `UnknownField` for each field of an object that is not among the known ones."""
    unknown = list(islice((name for name in written if name not in known), MOST_FAULTS))
    if unknown:
        raise Faults([UnknownField(point(at, name), name, nearest(name, known), known) for name in unknown])


def shape_error(error: msgspec.ValidationError, kind: Any, written: Json, at: Pointer = "") -> TessellaError:
    """What a decoder complains of as ours: it tells the first fault, so what is at fault is left out to see the next.

    A field that was left out and is missed then is told once.
    """
    first = complaint(error)
    told = [first]
    while len(told) < _MOST_TOLD and (rest := _without(written, told[-1].steps)) is not None:
        written = rest
        found = _complaint_of(kind, written)
        if found is None or found in told or _is_left_out(found, told):
            break
        told.append(found)
    faults = [each.fault(kind, at) for each in told]
    return faults[0] if len(faults) == 1 else Faults(faults)


def _complaint_of(kind: Any, written: Json) -> Complaint | None:
    try:
        convert(written, kind)
    except msgspec.ValidationError as error:
        return complaint(error)
    return None


def _is_left_out(found: Complaint, told: Collection[Complaint]) -> bool:
    return found.missing is not None and any(each.steps == (*found.steps, found.missing) for each in told)


def _without(written: Json, steps: tuple[str, ...]) -> Json | None:
    """The same without the field that the steps lead to; None where they lead to no field of an object."""
    if not steps:
        return None
    first, *rest = steps
    match written:
        case Mapping() if first in written:
            kept = {name: each for name, each in written.items() if name != first}
            if not rest:
                return kept
            inner = _without(written[first], tuple(rest))
            return None if inner is None else {**written, first: inner}
        case list() | tuple() if rest and first.isdecimal():
            inner = _without(written[int(first)], tuple(rest))
            return None if inner is None else [*written[: int(first)], inner, *written[int(first) + 1 :]]
        case _:
            return None
