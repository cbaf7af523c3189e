"""The one way in: a request's body as a typed record."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request
from starlette.types import Message

from tessella.domain.identifiers import Json
from tessella.domain.typed import decoder
from tessella.domain.wire import shape_error
from tessella.http.caps import Cap, check_depth, check_objects
from tessella.http.errors import BodyCutShort, BodyTooLarge, EncodingUnknown, MalformedJson
from tessella.http.json_faults import check_suspicious, raise_faults
from tessella.http.unpacking import is_packed, unpacked

T = TypeVar("T")

#: Of a body that is too large so much is taken from the line and dropped, unless the line is silent for so long.
_DROPPED_BYTES: Final = 64 * 1024 * 1024
_SILENCE_SECONDS: Final = 0.2

#: Where a request holds the body that was read.
_REMEMBERED: Final = "tessella.body"

#: By the kind of record; the routes name a dozen of them.
_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}


async def read(request: Request, kind: type[T], cap: Cap) -> T:
    """The body as a record of `kind`, JSON whatever the Content-Type says.

    Raises `BodyTooLarge` (without reading more than the cap), `BodyCutShort`, `MalformedJson`, and `Invalid` errors
    that point at what is too deep, of the wrong shape, or cannot be kept: NUL, half surrogate pairs, numbers that are
    not finite.
    """
    return decode(await content(request, cap.bytes), kind, cap.depth)


async def content(request: Request, limit: int) -> bytes:
    """The body's bytes, unpacked, at most `limit` of them. Raises as `read` and `unpacked` do.

    A larger body is refused by its announced length, or when it comes.
    """
    if (read_before := request.scope.get(_REMEMBERED)) is not None:
        _check_size(read_before, limit)
        return bytes(read_before)
    try:
        packed = _announced(request, limit)
        raw = await _sent(request, limit)
    except (BodyTooLarge, EncodingUnknown):
        await _drop(request)
        raise
    return await unpacked(raw, limit) if packed else raw


async def remembered(request: Request, limit: int) -> bytes:
    """The same, for a body that is read again."""
    request.scope[_REMEMBERED] = raw = await content(request, limit)
    return raw


async def _drop(request: Request) -> None:
    """Let a client that sends first and reads then come to read: cut off while sending, it would see no answer."""
    if "expect" in request.headers:  # it waits to be asked
        return
    dropped, more = 0, True
    with suppress(TimeoutError):
        while more and dropped < _DROPPED_BYTES:
            message = await asyncio.wait_for(request.receive(), _SILENCE_SECONDS)
            dropped += len(message.get("body", b""))
            more = message.get("more_body", False)


def _announced(request: Request, limit: int) -> bool:
    """Whether the body is packed. Raises `BodyTooLarge` and `EncodingUnknown` before any of it is read."""
    packed = False
    for name, value in request.scope["headers"]:
        if name == b"content-length" and int(value) > limit:
            raise BodyTooLarge(limit)
        if name == b"content-encoding":
            packed = is_packed(request)
    return packed


async def _sent(request: Request, limit: int) -> bytes:
    message = await _piece(request)
    whole: bytes = message.get("body", b"")
    _check_size(whole, limit)
    if not message.get("more_body"):
        return whole
    parts = bytearray(whole)
    while message.get("more_body"):
        message = await _piece(request)
        parts += message.get("body", b"")
        _check_size(parts, limit)
    return bytes(parts)


async def _piece(request: Request) -> Message:
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise BodyCutShort
    return message


def _check_size(raw: bytes | bytearray, limit: int) -> None:
    if len(raw) > limit:
        raise BodyTooLarge(limit)


def decode(raw: bytes, kind: type[T], depth: int) -> T:
    """The record of a body. Raises as `read` does."""
    check_depth(raw, depth)
    check_objects(raw)
    check_suspicious(raw)
    try:
        decoded: T = _decoder(kind).decode(raw)
    except msgspec.ValidationError as error:
        raise_faults(raw)
        raise shape_error(error, kind, _plain(raw)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise_faults(raw)
        if not raw.strip():
            raise MalformedJson("it is empty", "Send {} where no field is needed.") from error
        raise MalformedJson(str(error).removeprefix("JSON is malformed: ")) from error
    return decoded


def _plain(raw: bytes) -> Json:
    """The body as it was written; None of one that is cut off behind its first fault."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        written: Json = msgspec.json.decode(raw)
        return written
    return None


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    found = _DECODERS.get(kind)
    if found is None:
        found = _DECODERS[kind] = decoder(kind)
    return found
