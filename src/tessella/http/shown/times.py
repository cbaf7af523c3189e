"""How moments are shown."""

from __future__ import annotations

from functools import lru_cache

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant


@lru_cache(maxsize=8192)
def time_text(instant: Instant | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if instant is None else iso(instant)
