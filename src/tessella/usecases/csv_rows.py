"""CSV without a header that comes in pieces of any length, as rows."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator


async def csv_rows(pieces: AsyncIterable[bytes]) -> AsyncIterator[list[str]]:
    """The rows; a NULL is an empty text."""
    rest = b""
    async for piece in pieces:
        rest += piece
        end = _end_of_rows(rest)
        for row in _read(rest[:end]):
            yield row
        rest = rest[end:]
    for row in _read(rest):
        yield row


def _end_of_rows(text: bytes) -> int:
    """Where the last whole row ends: after a line's end that is not within quotes."""
    end = text.rfind(b"\n")
    while end >= 0 and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end)
    return end + 1


def _read(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode(), newline="")))
