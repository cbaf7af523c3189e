"""CSV without a header that comes in pieces of any length."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import Final

#: A block of so many bytes is read in some milliseconds, in which nothing else runs.
_BLOCK_BYTES: Final = 256 * 1024

Row = Sequence[str]


async def csv_rows(pieces: AsyncIterator[bytes]) -> AsyncIterator[Row]:
    """The rows; a NULL is an empty text."""
    async for block in csv_blocks(pieces):
        for row in block:
            yield row


async def csv_blocks(pieces: AsyncIterator[bytes]) -> AsyncIterator[Sequence[Row]]:
    """The same, some thousand rows at a time."""
    held = bytearray()
    async for piece in pieces:
        held += piece
        if len(held) >= _BLOCK_BYTES and (end := _end_of_rows(held)):
            yield _rows(bytes(held[:end]))
            del held[:end]
    if held:
        yield _rows(bytes(held))


async def whole_lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """CSV of numbers in blocks of whole lines."""
    held = b""
    async for piece in pieces:
        lines, end, held = (held + piece).rpartition(b"\n")
        if lines:
            yield lines + end
    if held:
        yield held


def _end_of_rows(held: bytearray) -> int:
    """Where the last whole row ends; 0 when a line break that is found is within quotes: more has to come first."""
    end = held.rfind(b"\n") + 1
    return 0 if held.count(b'"', 0, end) % 2 else end


def _rows(content: bytes) -> Sequence[Row]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))
