"""The line on which a row stands, for those who look for it. A file is walked only when a row was rejected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: A number and what is wrong there, in ascending order.
Faults = Iterator[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Record:
    """What DuckDB counts as one line: a header, a row, or nothing."""

    #: The line on which it begins, from 1.
    line: int
    is_row: bool


def csv_records(path: Path) -> Iterator[Record]:
    """The records of a CSV file with a header. A quoted text may span lines; a blank line is no row."""
    is_quoted = False
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not is_quoted:
                yield Record(number, number > 1 and line.strip(b"\r\n") != b"")
            is_quoted ^= line.count(b'"') % 2 == 1


def json_records(path: Path) -> Iterator[Record]:
    """Every line is a row, a blank one too."""
    with path.open("rb") as file:
        for number, _ in enumerate(file, 1):
            yield Record(number, is_row=True)


def located(records: Iterator[Record], broken: Faults, rejected: Faults) -> Faults:
    """The faults with the lines on which they stand.

    `broken` counts all records from 1; `rejected` counts the rows that are not broken from 1.
    """
    next_broken, next_rejected = next(broken, None), next(rejected, None)
    row = 0
    for number, record in enumerate(records, 1):
        if next_broken is None and next_rejected is None:
            return
        if next_broken is not None and number == next_broken[0]:
            yield record.line, next_broken[1]
            next_broken = next(broken, None)
        elif record.is_row:
            row += 1
            if next_rejected is not None and row == next_rejected[0]:
                yield record.line, next_rejected[1]
                next_rejected = next(rejected, None)
