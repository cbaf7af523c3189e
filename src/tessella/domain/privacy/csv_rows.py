"""A CSV file without the rows of one subject; every other byte stays as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

_QUOTE = b'"'


def rows_of_others(lines: Iterable[bytes], column: str, subject_id: str) -> Iterator[bytes]:
    r"""The records of a CSV file (RFC 4180, UTF-8) whose `column` is not `subject_id`, each as it was written.

    A file without that column has no rows of subjects, and is given as it is.

    >>> list(rows_of_others([b"subject_id,note\r\n", b'ann,"a\r\n', b'b"\r\n', b"bob,c\r\n"], "subject_id", "ann"))
    [b'subject_id,note\r\n', b'bob,c\r\n']
    """
    records = _records(lines)
    header = next(records, b"")
    if header:
        yield header
    names = _cells(header)
    at = names.index(column) if column in names else None
    for record in records:
        if at is None or _cells(record)[at : at + 1] != [subject_id]:
            yield record


def _records(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A quoted cell may hold ends of lines: a record is over where its quotes are."""
    record = b""
    for line in lines:
        record += line
        if record.count(_QUOTE) % 2 == 0:
            yield record
            record = b""
    if record:
        yield record


def _cells(record: bytes) -> list[str]:
    return next(csv.reader([record.decode("utf-8", "replace")]), [])
