"""Two processes that serve one index, each measured while both have it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter

import psutil

from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.catalogue.item import Availability
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.overlay import laid_over
from tessella.storage.indexes.arrays import arrays_of
from tessella.storage.indexes.files import IndexFolder


@dataclass(frozen=True, slots=True)
class Served:
    """What one of the two has taken."""

    load_seconds: float
    #: Memory that only it has, and that both have, beside what there was before.
    own_bytes: int
    shared_bytes: int
    #: Memory that only it has, and time, once an item was withdrawn.
    changed_bytes: int
    change_seconds: float


class _Meeting:
    """Where the two wait for each other."""

    barrier: Barrier


def served_by_two(folder: Path, namespace: Namespace) -> tuple[Served, Served]:
    """Load the active index in two fresh processes at once, and read all of it."""
    context = get_context("spawn")
    arguments = {"mp_context": context, "initializer": _meet, "initargs": (context.Barrier(2),)}
    with ProcessPoolExecutor(2, **arguments) as processes:
        one, other = (processes.submit(_serve, folder, namespace) for _ in range(2))
        return one.result(), other.result()


def _meet(barrier: Barrier) -> None:
    _Meeting.barrier = barrier


def _serve(folder: Path, namespace: Namespace) -> Served:
    own, shared = _memory()
    _Meeting.barrier.wait()
    start = perf_counter()
    index, _ = IndexFolder(folder).load(namespace, "bench")
    load_seconds = perf_counter() - start
    _read(index)
    _Meeting.barrier.wait()
    own_loaded, shared_loaded = _memory()
    start = perf_counter()
    changed = laid_over(index, index, [Availability(index.catalogue.ids_of(index.catalogue.newest[:1])[0], False)])
    change_seconds = perf_counter() - start
    _Meeting.barrier.wait()
    own_changed, _ = _memory()
    assert changed.overlay, "it is kept until it was measured"
    _Meeting.barrier.wait()
    return Served(load_seconds, own_loaded - own, shared_loaded - shared, own_changed - own, change_seconds)


def _read(index: RankingIndex) -> None:
    """All of it, as requests do sooner or later."""
    for _, array in arrays_of(index):
        array.view("u1").max(initial=0)


def _memory() -> tuple[int, int]:
    told = psutil.Process().memory_full_info()
    return told.uss, told.rss - told.uss
