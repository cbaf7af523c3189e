"""How much memory a process takes that builds co-visitation, measured in one of its own."""

from __future__ import annotations

import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks.covisitation_workload import NOW, WINDOW_DAYS, made_up
from tessella.domain.ranking.signals.co_visitation.co_visitation import co_visitation

#: `ru_maxrss` is in KiB on Linux and in bytes on macOS.
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes."""

    #: The most that the process held, with the interpreter and the events.
    peak: int
    #: What the neighbours take when done.
    result: int


def measured(items: int) -> Memory:
    """The memory of building co-visitation of so many items in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(_build, items).result()


def _build(items: int) -> Memory:
    found = co_visitation(made_up(items=items, subjects=items), items, WINDOW_DAYS, NOW)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
    return Memory(peak, found.offsets.nbytes + found.rows.nbytes + found.weights.nbytes)
