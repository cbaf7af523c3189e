"""Bodies that were sent packed: unpacked piece by piece, and given up once they are too large or too well packed."""

from __future__ import annotations

import asyncio
import zlib
from typing import Any, Final

from starlette.requests import Request

from tessella.http.errors import BodyTooLarge, EncodingUnknown, PackedTooMuch, PackingBroken

#: JSON gets 5 to 30 times smaller; a list of the same number over and over, 1,000 times.
MOST_RATIO: Final = 100
#: From here on the ratio is looked at: what is small may be all blanks.
_SMALL_BYTES: Final = 64 * 1024
#: Unpacked at once, and until others get their turn.
_PIECE_BYTES: Final = 64 * 1024
_TURN_BYTES: Final = 1024 * 1024
_GZIP_ONLY: Final = 16 + zlib.MAX_WBITS


def is_packed(request: Request) -> bool:
    """Whether the body is gzip. Raises `EncodingUnknown` for one that is packed in another way."""
    named = ", ".join(request.headers.getlist("content-encoding")).strip().lower()
    if named not in ("gzip", "x-gzip", "identity", ""):
        raise EncodingUnknown(named[:100])
    return named.endswith("gzip")


async def unpacked(packed: bytes, limit: int) -> bytes:
    """What was packed as one gzip member, at most `limit` bytes.

    Raises `BodyTooLarge`, `PackedTooMuch` for more than `MOST_RATIO` times the bytes that it took, and `PackingBroken`
    for what is cut off, no gzip, or has something behind its end. Memory grows with what is accepted, not with what is
    packed.
    """
    reader, found, turn = zlib.decompressobj(_GZIP_ONLY), bytearray(), _TURN_BYTES
    rest = packed
    while not reader.eof:
        piece = _piece(reader, rest)
        found += piece
        _check(len(found), len(packed) - len(reader.unconsumed_tail), limit)
        if not piece and not reader.unconsumed_tail and not reader.eof:
            raise PackingBroken("it ends too early")
        rest = reader.unconsumed_tail
        if len(found) > turn:
            turn += _TURN_BYTES
            await asyncio.sleep(0)
    if reader.unused_data:
        raise PackingBroken("something follows its end")
    return bytes(found)


def _piece(reader: Any, rest: bytes) -> bytes:
    try:
        return bytes(reader.decompress(rest, _PIECE_BYTES))
    except zlib.error:
        raise PackingBroken("it cannot be unpacked") from None


def _check(unpacked_bytes: int, packed_bytes: int, limit: int) -> None:
    if unpacked_bytes > limit:
        raise BodyTooLarge(limit)
    if unpacked_bytes > _SMALL_BYTES and unpacked_bytes > MOST_RATIO * packed_bytes:
        raise PackedTooMuch(MOST_RATIO)
