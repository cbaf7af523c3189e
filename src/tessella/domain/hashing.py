"""Stable digests: of rules, of configurations, and of subjects into hundredths."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from tessella.domain.identifiers import Json

#: Eight hexadecimal digits: percentages are resolved to 1 in 2^32.
BUCKETS = 1 << 32


_BLOCK_BYTES: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


class KeyedHash:
    """HMAC-SHA256 (RFC 2104) under one key.

    Takes half the time of `hmac.digest` for a short message: what the key alone decides is computed once.

    >>> import hmac
    >>> KeyedHash(b"key")(b"message") == hmac.digest(b"key", b"message", "sha256")
    True
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(block.translate(_INNER))
        self._outer = hashlib.sha256(block.translate(_OUTER))

    def __call__(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


def canonical_json(value: Json) -> str:
    """One text per JSON value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Json) -> str:
    """SHA-256 of the canonical text, hexadecimal."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def percent_text(salt: str, subject_id: str) -> str:
    """The first 8 hexadecimal digits of sha256(salt ":" subject_id): the same text on every engine.

    >>> percent_text("launch", "household-1")
    '5a39527e'
    """
    return hashlib.sha256(f"{salt}:{subject_id}".encode()).hexdigest()[:8]


def percent_threshold(percent: float) -> str:
    """The 8-digit text below which `percent` of all subjects fall; "g" (above every digit) for 100.

    >>> percent_threshold(50), percent_threshold(0), percent_threshold(100)
    ('80000000', '00000000', 'g')
    """
    bucket = round(percent / 100 * BUCKETS)
    return "g" if bucket >= BUCKETS else f"{bucket:08x}"
