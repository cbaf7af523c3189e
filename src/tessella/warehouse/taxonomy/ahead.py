"""Work on several things at once, with a bound on how far ahead of its reader it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def ahead(work: Callable[[T], R], things: Iterable[T], threads: int) -> Iterator[R]:
    """The results in order; at most one for each thread, and one more, is made before it is taken.

    >>> list(ahead(abs, [-2, 1, -3], threads=2))
    [2, 1, 3]
    """
    begun: deque[Future[R]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for thing in things:
                begun.append(pool.submit(work, thing))
                if len(begun) > threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for each in begun:
                each.cancel()
