"""Ids of decisions: UUID version 7, ordered by the time at which they were made."""

from __future__ import annotations

import os
import time
from typing import Final
from uuid import UUID

from tessella.domain.identifiers import DecisionId, Instant

_VERSION_7: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
_RANDOM: Final = (1 << 62) - 1


def new_decision_id() -> DecisionId:
    """A fresh id: milliseconds, a 4096th part of one, and 62 random bits (RFC 9562, section 6.2, method 3)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = milliseconds << 80 | _VERSION_7 | (rest * 4096 // 1_000_000) << 64 | _VARIANT
    text = f"{value | int.from_bytes(os.urandom(8)) & _RANDOM:032x}"
    return DecisionId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def first_id_of(instant: Instant) -> UUID:
    """The lowest id of that moment or later."""
    milliseconds = max(instant // 1000, 0)
    return UUID(int=milliseconds << 80 | _VERSION_7 | (instant % 1000 * 4096 // 1000) << 64 | _VARIANT)
