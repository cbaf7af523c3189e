"""JSON as values of a type, by msgspec, from any thread.

msgspec takes a type apart when it is first asked for it, and keeps what it found with the type before it is complete.
A second thread that reads the same type meanwhile ends the process: a segmentation fault in each of twelve tries with
version 0.22 (`docs/decisions/0091-types-taken-apart-one-at-a-time.md`). So a type is taken apart here, under a lock,
and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from types import UnionType
from typing import Any, Final, TypeVar

import msgspec

T = TypeVar("T")

_TAKING_APART: Final = Lock()
_KNOWN: Final[set[Any]] = set()


def convert(
    value: Any,
    kind: type[T],
    *,
    strict: bool = True,
    from_attributes: bool = False,
    dec_hook: Callable[[type, Any], Any] | None = None,
) -> T:
    """`value`, of plain objects, as a `kind`. Raises `msgspec.ValidationError`. The options are msgspec's."""
    _know(kind, dec_hook)
    return msgspec.convert(value, kind, strict=strict, from_attributes=from_attributes, dec_hook=dec_hook)


def decode(written: bytes | str, kind: type[T]) -> T:
    """JSON as a `kind`. Raises `msgspec.DecodeError`, and `msgspec.ValidationError` of what is JSON all the same."""
    _know(kind)
    return msgspec.json.decode(written, type=kind)


def decoder(kind: type[T] | UnionType) -> msgspec.json.Decoder[T]:
    """What decodes JSON as a `kind` again and again."""
    with _TAKING_APART:
        return msgspec.json.Decoder(kind)


def _know(kind: Any, dec_hook: Callable[[type, Any], Any] | None = None) -> None:
    """Take a type apart, with all types in it, unless that was done."""
    if kind in _KNOWN:
        return
    with _TAKING_APART:
        msgspec.json.Decoder(kind, dec_hook=dec_hook)
        _KNOWN.add(kind)
