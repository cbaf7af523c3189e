"""The present, as every edge reads it; below the edges it is an argument."""

from __future__ import annotations

import time

from tessella.domain.identifiers import Instant


def present() -> Instant:
    """Microseconds since 1970 UTC."""
    return Instant(time.time_ns() // 1000)
