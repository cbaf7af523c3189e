"""How far long work is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from tessella.ports import Progress


def after_each(progress: Progress, steps: int, *, begin: float, end: float) -> Callable[[], None]:
    """What to call after each of so many steps, which take a share of the work from `begin` to `end`.

    >>> told = []
    >>> tell = after_each(told.append, 2, begin=0.5, end=1.0)
    >>> tell(), tell(), told
    (None, None, [0.75, 1.0])
    """
    done = count(1)
    return lambda: progress(begin + (end - begin) * next(done) / steps)


def share_of(progress: Progress, begin: float, end: float) -> Progress:
    """Tells how far a part of the work is, which goes from `begin` to `end` of the whole.

    >>> told = []
    >>> share_of(told.append, 0.5, 1.0)(0.5), told
    (None, [0.75])
    """
    return lambda done: progress(begin + (end - begin) * done)
