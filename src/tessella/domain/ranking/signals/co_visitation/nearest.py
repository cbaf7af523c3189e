"""The nearest items of a run of items by scipy's sparse product: what every installation has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.signals.co_visitation.contexts import Contexts
from tessella.domain.ranking.signals.co_visitation.neighbour_keys import Keys, keys_of, strongest


def nearest(contexts: Contexts, shrink: float, first: int, after: int) -> tuple[NDArray[np.int64], Keys]:
    """How many neighbours each of the items `first` to before `after` has, and the keys of them, best first.

    The weight of i and j is <i, j> / (|i| |j| + shrink). Products are exact and are added in the order of contexts, so
    the bytes are the same on every machine.
    """
    products = contexts.by_item[first:after] @ contexts.by_context
    items, rows = np.repeat(np.arange(first, after), np.diff(products.indptr)), products.indices
    weights = products.data / (contexts.norms[items] * contexts.norms[rows] + shrink)
    others = rows != items
    keys = keys_of(weights[others], rows[others])
    ends = np.cumsum(np.bincount(items[others] - first, minlength=after - first))
    best = [strongest(each) for each in np.split(keys, ends[:-1])]
    return np.array([len(each) for each in best], np.int64), np.concatenate(best)
