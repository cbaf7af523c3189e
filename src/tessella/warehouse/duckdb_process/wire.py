"""What a worker and its owner say to each other: one MessagePack message a frame, its length in front."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

import msgspec

#: The length of a frame, in 8 bytes, big end first.
LENGTH: Final = struct.Struct("!Q")

#: None, bool, int, float, str, aware datetime, or a list of these.
Cell = Any
Row = tuple[Cell, ...]
Parameters = list[Cell] | dict[str, Cell]


class Query(msgspec.Struct, frozen=True, tag=True):
    """Run one statement and send its rows."""

    sql: str
    parameters: Parameters


class Columns(msgspec.Struct, frozen=True, tag=True):
    """Run one statement and write its columns as files of a folder; the reply is as `columns.write` gives it."""

    sql: str
    folder: str


class Rows(msgspec.Struct, frozen=True, tag=True):
    """The rows of the statement; none for one that yields none."""

    rows: list[Row]


class Failure(msgspec.Struct, frozen=True, tag=True):
    """The statement could not be run, and why, in one sentence."""

    problem: str


_ENCODER: Final = msgspec.msgpack.Encoder()
QUERY: Final[msgspec.msgpack.Decoder[Query | Columns]] = msgspec.msgpack.Decoder(Query | Columns)
REPLY: Final[msgspec.msgpack.Decoder[Rows | Failure]] = msgspec.msgpack.Decoder(Rows | Failure)


def frame(message: Query | Columns | Rows | Failure) -> bytes:
    """The message as bytes. Raises `OverflowError` for an integer beyond 64 bits, `TypeError` for other values."""
    body = _ENCODER.encode(message)
    return LENGTH.pack(len(body)) + body


def body_of_frame(read_exactly: Callable[[int], bytes]) -> bytes:
    """The next message, undecoded. `read_exactly` raises `EOFError` when the other side is gone."""
    (length,) = LENGTH.unpack(read_exactly(LENGTH.size))
    return read_exactly(length)
