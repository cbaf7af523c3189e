"""Which items belong together, by what subjects did with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import Neighbours
from tessella.domain.ranking.setup import CoVisitation
from tessella.domain.ranking.signals.co_visitation.contexts import Contexts, contexts_of
from tessella.domain.ranking.signals.co_visitation.cosine import cosine_neighbours
from tessella.domain.ranking.signals.co_visitation.ease import ease_neighbours
from tessella.domain.ranking.signals.decay import decayed
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.ranking.signals.sums import summed

#: Added to the denominator: two items that were bought once, together, are not one item yet.
SHRINK: Final = 10.0
#: Of a basket or a sequence the last so many events count, which bounds the work.
MOST_EVENTS: Final = 1_000

_METHODS: Final[Mapping[CoVisitation, Callable[[Contexts], Neighbours]]] = {
    CoVisitation.COSINE: lambda contexts: cosine_neighbours(contexts, SHRINK),
    CoVisitation.EASE: ease_neighbours,
}


def co_visitation(
    interactions: Interactions,
    items: int,
    window_days: float,
    as_of: Instant,
    method: CoVisitation = CoVisitation.COSINE,
) -> Neighbours:
    """The best 200 neighbours of every item, from the events of the window up to `as_of`.

    An item's column has a place for each basket (or session), min(1, sum of w_e) over its events there, and one for
    each subject's sequence, min(1, sum of w_e * 2^(-age_e / (window / 2))). From these columns the method makes the
    weights, 0 to 1. Of a basket or a sequence the last 1,000 events count, which bounds the work.

    The cosine suits a catalogue of any size; EASE is the better one below its 8,000 items. The shrinkage and both kinds
    of columns together are what tested best on the purchases of a gift shop and of a supermarket.

    Memory: a process that builds it by the cosine from 5,000,000 events of 1,000,000 items peaks at 1.5 GB (benchmark
    `covisitation`); the result takes 170 MB there, and never more than 1.6 kB an item.
    """
    return _METHODS[method](contexts_within(interactions.window(as_of, window_days), items, window_days, as_of))


def contexts_within(events: Interactions, items: int, window_days: float, as_of: Instant) -> Contexts:
    """The baskets and the sequences of events that are all in the window."""
    fading = decayed(events.weights, events.times, as_of, half_life_days=window_days / 2)
    baskets = _sums(events.baskets, events, events.weights.astype(np.float64), items)
    sequences = _sums(events.subjects, events, fading, items)
    return contexts_of(csr_array(vstack([baskets, sequences])))


def _sums(codes: NDArray[np.int32], events: Interactions, values: NDArray[np.float64], items: int) -> csr_array:
    late = _latest(codes)
    matrix = summed(codes[late], events.rows[late], values[late], items)
    np.minimum(matrix.data, 1.0, out=matrix.data)
    return matrix


def _latest(codes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether each event is among the last of its code, in the order they come."""
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes))[codes[order]] if len(codes) else codes
    late = np.empty(len(codes), np.bool_)
    late[order] = ends - np.arange(len(codes)) <= MOST_EVENTS
    return late
