"""Long work in steps, so that a thread can let others run in between."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")

#: Work that pauses every few milliseconds and returns its result at the end.
Steps = Generator[None, None, T]


def _go_on() -> None:
    """Do nothing between two steps."""


def walk(steps: Steps[T], between: Callable[[], None] = _go_on) -> T:
    """The result of the work; `between` is called after each step.

    >>> def work():
    ...     yield
    ...     return "done"
    >>> walk(work())
    'done'
    """
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result
        between()
