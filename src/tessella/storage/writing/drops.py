"""Rows that were lost: how many, and whether it happens still."""

from __future__ import annotations

import time
from typing import Final

#: A loss is remembered for so long.
LATELY_SECONDS: Final = 60.0


class Drops:
    """A count of rows, and when the last was lost."""

    def __init__(self) -> None:
        self.rows = 0
        self._last = 0.0

    def add(self, rows: int) -> None:
        """Count rows that were lost now."""
        self.rows += rows
        self._last = time.monotonic()

    def lately(self, now: float) -> bool:
        """Whether any was lost in the minute before `now`, by the monotonic clock."""
        return self.rows > 0 and now - self._last < LATELY_SECONDS
