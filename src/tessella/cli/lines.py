"""Progress where no terminal can write a line again: plain lines, and not too many of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

#: The same step is told again after so long.
AGAIN_SECONDS: Final = 5.0

Clock = Callable[[], float]


class ProgressLines:
    """How far one thing is, in a line every few seconds. What is over sooner has none.

    >>> seconds = iter([0.0, 1.0, 6.0, 7.0])
    >>> lines = ProgressLines(print, lambda: next(seconds))
    >>> for share in ("10%", "20%", "30%"):
    ...     lines.tell("Building", share)
    Building: 20%
    """

    def __init__(self, write: Callable[[str], None], clock: Clock = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        self._told_at = clock()

    def tell(self, doing: str, state: str) -> None:
        """Take in how far it is."""
        now = self._clock()
        if now - self._told_at >= AGAIN_SECONDS:
            self._write(f"{doing}: {state}")
            self._told_at = now


class StepLines:
    """One step after another, each in a line at once; how far the same step is, every few seconds.

    >>> seconds = iter([0.0, 0.0, 0.0, 1.0, 6.0])
    >>> lines = StepLines(print, lambda: next(seconds))
    >>> for text in ("Reading", "Building: 0%", "Building: 10%", "Building: 60%"):
    ...     lines.tell(text)
    Reading
    Building: 0%
    Building: 60%
    """

    def __init__(self, write: Callable[[str], None], clock: Clock = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        self._step = ""
        self._within = ProgressLines(write, clock)

    def tell(self, text: str) -> None:
        """Take in what is done; the step is what stands before a colon."""
        step, _, state = text.partition(": ")
        if step == self._step:
            self._within.tell(step, state)
            return
        self._step, self._within = step, ProgressLines(self._write, self._clock)
        self._write(text)
