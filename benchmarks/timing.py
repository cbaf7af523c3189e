"""How long calls take."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, perf_counter_ns
from typing import Any

from benchmarks.figure import Figure


@contextmanager
def without_gc() -> Iterator[None]:
    """No collection of garbage while timing, as `timeit` does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def p50_us(call: Callable[[Any], object], inputs: Sequence[Any], passes: int) -> float:
    """The median time of one call over all inputs and passes, in microseconds, the timer's own 0.05 us included."""
    taken = []
    with without_gc():
        for _ in range(passes):
            for each in inputs:
                start = perf_counter_ns()
                call(each)
                taken.append(perf_counter_ns() - start)
    return statistics.median(taken) / 1000


def longest_step_ms(steps: Iterable[object]) -> tuple[float, float]:
    """The total and the longest time, in milliseconds, that walking through `steps` takes."""
    total = longest = 0.0
    walk = iter(steps)
    finished = object()
    step: object = None
    while step is not finished:
        start = perf_counter()
        step = next(walk, finished)
        taken = (perf_counter() - start) * 1000
        total, longest = total + taken, max(longest, taken)
    return total, longest


def calibration() -> Figure:
    """A fixed piece of plain Python, so that figures of two machines or two days can be compared."""

    def work(rounds: int) -> int:
        return sum(i * i % 7 for i in range(rounds))

    return Figure("calibration: 100,000 rounds of plain Python", p50_us(work, [100_000], 15) / 1000, "ms")
