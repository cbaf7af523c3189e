"""Exported assignments as lines of JSON or CSV, written and read."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, count
from typing import Any, Final

import msgspec

from tessella.domain.errors import WrongShape
from tessella.domain.formulas import as_cell, from_cell
from tessella.domain.identifiers import point
from tessella.domain.typed import convert
from tessella.usecases.experiments.results.export import ExportedUnit

#: Rows that are written at once.
_AT_ONCE: Final = 500
_ENCODER: Final = msgspec.json.Encoder()
_COLUMNS: Final = ExportedUnit.__struct_fields__
#: What is JSON in a cell of CSV.
_NESTED: Final = ("propensities", "context")
#: As RFC 4180 has it. Either character in a cell has it quoted, as it would end a row.
_LINE_END: Final = "\r\n"
#: What others have named: a cell of it might be a formula.
_NAMES: Final = ("user_identifier", "variant_id", "segment_key")


class ExportFormat(StrEnum):
    """What a line is."""

    NDJSON = "ndjson"
    CSV = "csv"


async def written(rows: AsyncIterator[ExportedUnit], form: ExportFormat) -> AsyncIterator[bytes]:
    """The lines of an export, some hundred at once; CSV begins with the names of its columns."""
    begin, write = _WRITING[form]
    some: list[ExportedUnit] = []
    async for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            yield begin + write(some)
            begin, some = b"", []
    yield begin + write(some)


def read_lines(lines: Iterable[str]) -> Iterator[ExportedUnit]:
    """The rows of an export; CSV where the first line is no JSON object. Raises `WrongShape` with the row's number."""
    rest = iter(lines)
    first = next(rest, "")
    whole = chain([first], filter(str.strip, rest))
    rows = map(msgspec.json.decode, whole) if first.lstrip().startswith("{") else map(_cells, csv.DictReader(whole))
    numbers = count()
    try:
        for row in rows:
            yield convert(row, ExportedUnit, strict=False)
            next(numbers)
    except (msgspec.MsgspecError, csv.Error) as error:
        raise WrongShape(point("/log", next(numbers)), f"This is no row of an export: {error}.") from error


def _json_lines(rows: Sequence[ExportedUnit]) -> bytes:
    return b"".join(_ENCODER.encode(row) + b"\n" for row in rows)


def _csv_lines(rows: Sequence[ExportedUnit]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=_LINE_END).writerows(
        [_cell(getattr(row, name)) for name in _COLUMNS] for row in rows
    )
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return as_cell(value)
        case Mapping():
            return _ENCODER.encode(value).decode()
        case _:
            return value


def _cells(row: Mapping[str, str]) -> Mapping[str, Any]:
    nested = {name: msgspec.json.decode(row.get(name) or "{}") for name in _NESTED}
    names = {name: from_cell(row[name]) for name in _NAMES if row.get(name)}
    return {**row, **nested, **names}


_WRITING: Final[Mapping[ExportFormat, tuple[bytes, Callable[[Sequence[ExportedUnit]], bytes]]]] = {
    ExportFormat.NDJSON: (b"", _json_lines),
    ExportFormat.CSV: ((",".join(_COLUMNS) + _LINE_END).encode(), _csv_lines),
}
