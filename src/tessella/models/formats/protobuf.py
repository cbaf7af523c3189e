"""The wire form of Protocol Buffers, read without running anything. Source: protobuf.dev, "Encoding"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_VARINT: Final = 0
_FIXED_64: Final = 1
_BYTES: Final = 2
_FIXED_32: Final = 5
#: A varint has 64 bits at most, 7 in a byte.
_VARINT_BYTES: Final = 10


class Malformed(ValueError):
    """This is no message."""


def fields_of(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The number and value of each field, in their order: an integer, or bytes. Raises `Malformed`.

    >>> [(number, value) for number, value in fields_of(memoryview(bytes([0x08, 0x96, 0x01])))]
    [(1, 150)]
    """
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if number == 0:
            raise Malformed("a field has the number 0")
        value: int | memoryview
        if kind == _VARINT:
            value, at = _varint(message, at)
        else:
            size, at = _size(message, at, kind)
            value = message[at : at + size]
            at += size
            if at > len(message):
                raise Malformed("it ends in the middle of a field")
        yield number, value


def _size(message: memoryview, at: int, kind: int) -> tuple[int, int]:
    if kind == _BYTES:
        return _varint(message, at)
    if kind in (_FIXED_32, _FIXED_64):
        return (8 if kind == _FIXED_64 else 4), at
    raise Malformed("a field has no type that is in use")


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for place in range(_VARINT_BYTES):
        if at + place >= len(message):
            raise Malformed("it ends in the middle of a number")
        byte = message[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise Malformed("a number has more than 64 bits")
