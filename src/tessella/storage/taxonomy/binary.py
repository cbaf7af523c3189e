"""Rows of a binary COPY of a text and two arrays of doubles: a tenth of the time that lists of numbers take.

The form is that of PostgreSQL's documentation, "COPY", "Binary Format"; an array is in it as `array_send` writes it.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.identifiers import SubjectId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0"
#: Signature, flags, and the length of an extension of the header, which is 0.
_HEADER_BYTES: Final = len(_SIGNATURE) + 8
_FIELDS: Final = struct.Struct(">h")
_LENGTH: Final = struct.Struct(">i")
#: Dimensions, flags, the type of an element, and of the one dimension: its length and lower bound.
_ARRAY_BYTES: Final = 20
_EMPTY_BYTES: Final = 12
#: Each element with its length before it.
_ELEMENT: Final = [("length", ">i4"), ("value", ">f8")]

Row = tuple[SubjectId, "NDArray[np.float64]", "NDArray[np.float64]"]


async def rows_of(copy: AsyncIterable[bytes | bytearray | memoryview]) -> AsyncIterator[Row]:
    """The rows: a message of the server holds one, the first one the header besides."""
    async for message in copy:
        row = bytes(message)
        at = _HEADER_BYTES if row.startswith(_SIGNATURE) else 0
        if len(row) - at > _FIELDS.size:  # else the end, or a header by itself
            yield _row(row, at + _FIELDS.size)


def _row(row: bytes, at: int) -> Row:
    name, at = _field(row, at)
    sums, at = _field(row, at)
    recent, at = _field(row, at)
    return SubjectId(name.decode()), _numbers(sums), _numbers(recent)


def _field(row: bytes, at: int) -> tuple[bytes, int]:
    begin = at + _LENGTH.size
    end = begin + _LENGTH.unpack_from(row, at)[0]
    return row[begin:end], end


def _numbers(array: bytes) -> NDArray[np.float64]:
    import numpy as np

    if len(array) == _EMPTY_BYTES:
        return np.empty(0)
    elements: Any = np.frombuffer(array, _ELEMENT, offset=_ARRAY_BYTES)
    numbers: NDArray[np.float64] = elements["value"].astype(np.float64)
    return numbers
