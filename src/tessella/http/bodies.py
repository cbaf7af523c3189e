"""The one way in: a request's body as a typed record."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request

from tessella.domain.wire import shape_error
from tessella.http.caps import Cap, check_depth
from tessella.http.errors import BodyTooLarge, MalformedJson
from tessella.http.json_faults import check_suspicious, raise_faults

T = TypeVar("T")

#: By the kind of record; the routes name a dozen of them.
_DECODERS: Final[dict[Any, msgspec.json.Decoder[Any]]] = {}


async def read(request: Request, kind: type[T], cap: Cap) -> T:
    """The body as a record of `kind`, JSON whatever the Content-Type says.

    Raises `BodyTooLarge` (without reading more than the cap), `MalformedJson`, and `Invalid` errors that point at
    what is too deep, of the wrong shape, or cannot be kept: NUL, half surrogate pairs, numbers that are not finite.
    """
    return decode(await content(request, cap.bytes), kind, cap.depth)


async def content(request: Request, limit: int) -> bytes:
    """The body's bytes, at most `limit` of them; a larger body is refused by its announced length, or when it comes."""
    for name, value in request.scope["headers"]:
        if name == b"content-length" and int(value) > limit:
            raise BodyTooLarge(limit)
    message = await request.receive()
    whole: bytes = message.get("body", b"")
    _check_size(whole, limit)
    if not message.get("more_body"):
        return whole
    parts = bytearray(whole)
    while message.get("more_body"):
        message = await request.receive()
        parts += message.get("body", b"")
        _check_size(parts, limit)
    return bytes(parts)


def _check_size(raw: bytes | bytearray, limit: int) -> None:
    if len(raw) > limit:
        raise BodyTooLarge(limit)


def decode(raw: bytes, kind: type[T], depth: int) -> T:
    """The record of a body. Raises as `read` does."""
    check_depth(raw, depth)
    check_suspicious(raw)
    try:
        decoded: T = _decoder(kind).decode(raw)
    except msgspec.ValidationError as error:
        raise_faults(raw)
        raise shape_error(error, kind) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise_faults(raw)
        raise MalformedJson(str(error).removeprefix("JSON is malformed: ")) from error
    return decoded


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    found = _DECODERS.get(kind)
    if found is None:
        found = _DECODERS[kind] = msgspec.json.Decoder(kind)
    return found
