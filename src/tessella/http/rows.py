"""Bodies of many rows: those that are wrong are named, and the others are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from tessella.domain.errors import Invalid, TessellaError
from tessella.domain.identifiers import Json, Pointer, point
from tessella.domain.wire import read_record
from tessella.http.bodies import decode
from tessella.http.caps import Cap, check_depth
from tessella.http.json_faults import faults_of, read_integer

S = TypeVar("S")
T = TypeVar("T")

MOST_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class RowKind(Generic[T]):
    """Which bodies hold rows of a kind."""

    row: type[T]
    #: The field that lists them.
    field: str
    #: The record with that field; and whether a list may be a body by itself.
    body: Any
    may_stand_alone: bool
    most: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows of one body, each with the pointer to it, and what is wrong with the others."""

    rows: Sequence[tuple[Pointer, T]]
    refused: Sequence[TessellaError] = ()


def decode_rows(raw: bytes, kind: RowKind[T], cap: Cap) -> Rows[T]:
    """The rows of a body. Raises as `decode` does when the body holds no list of 1 to `most` rows."""
    check_depth(raw, cap.depth)
    try:
        body = decode(raw, kind.body, cap.depth)
    except Invalid as error:
        return _one_by_one(raw, kind, error)
    if isinstance(body, list):
        return Rows([(f"/{at}", row) for at, row in enumerate(body)])
    return Rows([(f"/{kind.field}/{at}", row) for at, row in enumerate(getattr(body, kind.field))])


def converted(
    found: Rows[S], convert: Callable[[S, Pointer], T]
) -> tuple[Sequence[Pointer], Sequence[T], Sequence[TessellaError]]:
    """The rows by their pointers, and what is wrong with the others."""
    at: list[Pointer] = []
    rows: list[T] = []
    refused = [*found.refused]
    for pointer, row in found.rows:
        try:
            rows.append(convert(row, pointer))
            at.append(pointer)
        except TessellaError as error:
            refused.append(error)
    return at, rows, refused


def _one_by_one(raw: bytes, kind: RowKind[T], error: Invalid) -> Rows[T]:
    """With a reader that takes what is not quite JSON, such as NaN, so that it is known in which row that stands."""
    try:
        body = json.loads(raw, parse_int=read_integer)
    except ValueError:
        raise error from None
    at, written = _list_of(body, kind)
    if not 1 <= len(written) <= kind.most:
        raise error
    rows: list[tuple[Pointer, T]] = []
    refused: list[TessellaError] = []
    for position, each in enumerate(written):
        try:
            rows.append((point(at, position), _row(each, kind.row, point(at, position))))
        except TessellaError as fault:
            refused.append(fault)
    return Rows(rows, refused)


def _list_of(body: Json, kind: RowKind[Any]) -> tuple[Pointer, Sequence[Json]]:
    """The list and where it stands; nothing when the body is of another shape."""
    if isinstance(body, dict) and body.keys() == {kind.field} and isinstance(body[kind.field], list):
        return point("", kind.field), body[kind.field]
    if isinstance(body, list) and kind.may_stand_alone:
        return "", body
    return "", ()


def _row(written: Json, kind: type[T], at: Pointer) -> T:
    for fault in faults_of(written):
        fault.pointer = at + fault.pointer
        raise fault
    return read_record(kind, written, at)
