"""Signed requests: what is signed, by what, and for how long it counts."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors.identity import NotSigned, SignedAtAnotherTime, WrongSignature
from tessella.domain.identifiers import Instant

#: A signed request is taken so long before and after the moment that it names.
MOST_SECONDS: Final = 300
TIMESTAMP: Final = "tessella-timestamp"
NONCE: Final = "tessella-nonce"
SIGNATURE: Final = "tessella-signature"

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_NONCE: Final = re.compile(r"[!-~]{16,128}")
_SIGNATURE: Final = re.compile(r"v1=([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request with what its headers claim."""

    method: str
    #: Path and query, byte for byte as in the request line.
    target: bytes
    body: bytes
    #: Unix time, in whole seconds.
    timestamp: int
    #: 16 to 128 printable characters of ASCII, another for every request.
    nonce: str
    #: HMAC-SHA256, 32 bytes.
    signature: bytes


def read_signed(method: str, target: bytes, body: bytes, headers: Mapping[str, str]) -> SignedRequest:
    """A request and its three headers, by names in small letters. Raises `NotSigned` for a missing or wrong one."""
    timestamp = _read(_TIMESTAMP, headers, TIMESTAMP, "Unix time in whole seconds")
    nonce = _read(_NONCE, headers, NONCE, "16 to 128 printable characters")
    signature = _read(_SIGNATURE, headers, SIGNATURE, "v1= and 64 hexadecimal digits in small letters")
    return SignedRequest(method, target, body, int(timestamp[0]), nonce[0], bytes.fromhex(signature[1]))


def _read(pattern: re.Pattern[str], headers: Mapping[str, str], name: str, form: str) -> re.Match[str]:
    if (value := headers.get(name)) is None:
        raise NotSigned(f"the header {name.title()} is missing")
    if (found := pattern.fullmatch(value)) is None:
        raise NotSigned(f"the header {name.title()} is {form}")
    return found


def signature(secret: str, method: str, target: bytes, timestamp: int, nonce: str, body: bytes) -> bytes:
    r"""HMAC-SHA256 by the secret's text of five lines: method, target, timestamp, nonce, the body's SHA-256 in hex.

    None of the first four can hold a line break, so that two requests never share a text.

    >>> signature("sign_1", "GET", b"/api/v1/jobs", 1700000000, "0123456789abcdef", b"").hex()[:16]
    '57a5904f0dc729be'
    """
    lines = method.encode(), target, b"%d" % timestamp, nonce.encode(), hashlib.sha256(body).hexdigest().encode()
    return hmac.digest(secret.encode(), b"\n".join(lines), "sha256")


def check_signature(request: SignedRequest, secret: str, now: Instant) -> None:
    """Raises `WrongSignature`, and `SignedAtAnotherTime` beyond `MOST_SECONDS` before or after `now`.

    The moment of a request whose signature is wrong is not judged: nobody has vouched for it.
    """
    expected = signature(secret, request.method, request.target, request.timestamp, request.nonce, request.body)
    if not hmac.compare_digest(expected, request.signature):
        raise WrongSignature
    away = abs(now // 1_000_000 - request.timestamp)
    if away > MOST_SECONDS:
        raise SignedAtAnotherTime(away, MOST_SECONDS)
