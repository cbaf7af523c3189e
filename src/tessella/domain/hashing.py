"""Stable digests: of rules, of configurations, and of subjects into hundredths."""

from __future__ import annotations

import hashlib
import json

from tessella.domain.identifiers import Json

#: Eight hexadecimal digits: percentages are resolved to 1 in 2^32.
BUCKETS = 1 << 32


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
