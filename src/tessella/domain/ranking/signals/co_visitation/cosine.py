"""Items near one another by the cosine of what they came together in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.index.index import Neighbours
from tessella.domain.ranking.signals.co_visitation.contexts import Contexts
from tessella.domain.ranking.signals.co_visitation.nearest import nearest
from tessella.domain.ranking.signals.co_visitation.neighbour_keys import Keys, neighbours_of

#: How many neighbours each of a run of items has, and their keys.
Nearest = Callable[[Contexts, float, int, int], tuple[NDArray[np.int64], Keys]]

#: Products of one run of items; a thread's memory is at most some 40 bytes each.
_PRODUCTS_A_RUN: Final = 2_000_000
_ITEMS_A_RUN: Final = 20_000
_MOST_THREADS: Final = 8
#: Below so many products, compiling takes longer than it saves.
_WORTH_COMPILING: Final = 50_000_000


def cosine_neighbours(contexts: Contexts, shrink: float) -> Neighbours:
    """The best neighbours of every item, by <i, j> / (|i| |j| + shrink): symmetric, 0 to 1.

    With `shrink` 0 it is the cosine. Above 0, pairs that are seen seldom count for less. The number of threads and of
    runs changes nothing in the result.
    """
    return neighbours_by(_quickest(contexts), contexts, shrink)


def neighbours_by(nearest_of: Nearest, contexts: Contexts, shrink: float) -> Neighbours:
    """The same by one of the two ways to compute it."""
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as threads:
        found = list(threads.map(lambda run: nearest_of(contexts, shrink, *run), _runs(contexts)))
    return neighbours_of([counts for counts, _ in found], [keys for _, keys in found])


def _quickest(contexts: Contexts) -> Nearest:
    if find_spec("numba") is None or contexts.products().sum() < _WORTH_COMPILING:
        return nearest
    from tessella.domain.ranking.signals.co_visitation import nearest_fast

    return nearest_fast.nearest


def _runs(contexts: Contexts) -> Iterator[tuple[int, int]]:
    """Runs of items that need about as many products, and are not too many."""
    work = np.cumsum(contexts.products()) // _PRODUCTS_A_RUN
    turns = np.flatnonzero(np.diff(work, prepend=-1))
    cuts = np.union1d(turns, np.arange(0, contexts.items, _ITEMS_A_RUN))
    return pairwise([*cuts.tolist(), contexts.items])
