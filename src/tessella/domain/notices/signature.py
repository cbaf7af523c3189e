"""What a receiver tells our messages from others' by."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from tessella.domain.identifiers import Instant


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of timestamp, dot and body in hexadecimal. The key is the secret's text.

    >>> signature("whsec_1", 1700000000, b"{}")[:19]
    'v1=c8cf6ed9fd912087'
    """
    return f"v1={hmac.digest(secret.encode(), b'%d.' % timestamp + body, 'sha256').hex()}"


def signed_headers(secret: str, delivery_id: str, event: str, body: bytes, now: Instant) -> Mapping[str, str]:
    """The headers of a message that is sent now."""
    timestamp = now // 1_000_000
    return {
        "Content-Type": "application/json",
        "Tessella-Delivery": delivery_id,
        "Tessella-Event": event,
        "Tessella-Timestamp": str(timestamp),
        "Tessella-Signature": signature(secret, timestamp, body),
    }
