"""Step 1: which items are worth scoring: 400 for a list of ten, and never more than 2,500."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NO_ROWS, Rows
from tessella.domain.ranking.index.index import Embeddings, Neighbours, RankingIndex
from tessella.domain.ranking.index.windows import neighbours_for, popularity_for
from tessella.domain.ranking.pipeline.interest import Interest
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.rows.spans import spans
from tessella.domain.ranking.rows.weighted_rows import NOTHING, Floats, Places, WeightedRows, added, scratch

MOST_CANDIDATES: Final = 2_500
#: A longer list is taken from more: so many, and so many an item of the list.
FEWEST_CANDIDATES: Final = 300
CANDIDATES_AN_ITEM: Final = 10
#: The shares of the candidates that sources offer; what these leave goes to the neighbours of recent items.
POPULAR: Final = 0.25
POPULAR_OF_MANY: Final = 0.5
OWN: Final = 0.2
OF_A_CELL: Final = 0.05
FRESH: Final = 0.05
CELLS: Final = 4
PINS: Final = 100
#: How many neighbours are looked at: of the strongest recent item, and of the weakest.
OF_THE_STRONGEST: Final = 100
OF_THE_WEAKEST: Final = 10


class Width(msgspec.Struct, frozen=True):
    """How many items are gathered."""

    most: int
    #: The share that popular ones have in it.
    popular: float = POPULAR


class Gathered(msgspec.Struct, frozen=True):
    """Rows, ascending, each once."""

    rows: Rows
    #: How near each is to the recent items: the weights of the pairs, times those of the recent items, summed.
    nearness: Floats


WIDEST: Final = Width(MOST_CANDIDATES, POPULAR_OF_MANY)


def usual_width(limit: int) -> Width:
    """What is enough for a list of so many items."""
    return Width(min(FEWEST_CANDIDATES + CANDIDATES_AN_ITEM * limit, MOST_CANDIDATES))


def gather(index: RankingIndex, request: RankingRequest, interest: Interest, width: Width, popular: Rows) -> Gathered:
    """The request's own choice of items where it makes one; else what every source offers.

    `popular` are the items that popularity offers; where they are too many, the most popular first.
    """
    neighbours = neighbours_for(index, request.config) if request.config["beta"] else None
    near = NOTHING if neighbours is None or not len(interest.recent) else around(neighbours, interest.recent)
    if request.only is not None:
        return fold(request.only[request.only >= 0], near, 0, len(index.catalogue))
    listed = np.concatenate((popular[: int(width.popular * width.most)], others(index, request, interest, width.most)))
    return fold(listed, near, width.most, len(index.catalogue))


def popular_rows(index: RankingIndex, request: RankingRequest) -> Rows:
    """The most popular items, some thousand, by the half-life of the request."""
    popularity = popularity_for(index, request.config)
    return NO_ROWS if popularity is None else popularity.top


def most_popular(index: RankingIndex, request: RankingRequest, rows: Rows) -> Rows:
    """As many of the rows as popularity may offer, by the half-life of the request; in no order."""
    popularity = popularity_for(index, request.config)
    if popularity is None:
        return rows[: int(WIDEST.popular * WIDEST.most)]
    scores = popularity.scores.take(rows).astype(np.float64)
    return rows[nearest(np.arange(len(rows)), rows, scores, int(WIDEST.popular * WIDEST.most))]


def others(index: RankingIndex, request: RankingRequest, interest: Interest, most: int) -> Rows:
    """Pins, the subject's own items, fresh ones, and those of the cells near the subject's vector."""
    embeddings, vector = index.embeddings, interest.vector
    alike = NO_ROWS if embeddings is None or vector is None else in_cells(embeddings, vector, int(OF_A_CELL * most))
    own, fresh = interest.own.rows[: int(OWN * most)], index.catalogue.newest[: int(FRESH * most)]
    pins = request.pins[request.pins >= 0][:PINS]
    return np.concatenate((pins, own, alike, fresh))


def around(neighbours: Neighbours, recent: WeightedRows) -> WeightedRows:
    """The neighbours of each recent item, the more the stronger it is; a neighbour's weight times that of the item."""
    most = np.maximum(recent.weights * (OF_THE_STRONGEST / recent.weights[0]), OF_THE_WEAKEST).astype(np.int64)
    at, lengths = spans(neighbours.offsets, recent.rows, most)
    return WeightedRows(neighbours.rows.take(at), neighbours.weights.take(at) * np.repeat(recent.weights, lengths))


def in_cells(embeddings: Embeddings, vector: NDArray[np.float32], of_a_cell: int) -> Rows:
    """The most popular items of the cells whose centres are nearest to the subject's vector."""
    likeness = np.vecdot(embeddings.centres, vector)
    nearest = (-likeness).argsort(kind="stable")[:CELLS]
    bounds = zip(embeddings.offsets[nearest].tolist(), embeddings.offsets[nearest + 1].tolist(), strict=True)
    return np.concatenate([embeddings.members[start : min(end, start + of_a_cell)] for start, end in bounds])


def fold(wanted: Rows, near: WeightedRows, most: int, items: int) -> Gathered:
    """All wanted rows, and of the near ones the nearest until there are `most`; the nearness of each is summed.

    Every row is written to one place of the thread's scratch: the last of its entries wins, and stands for all.
    """
    entries = np.concatenate((wanted, near.rows))
    places = np.arange(len(entries), dtype=np.int32)
    place_of = scratch(items)
    place_of[entries] = places
    winners = place_of.take(entries)
    nearness = added(winners[len(wanted) :], near.weights, len(entries))
    kept = np.zeros(len(entries), np.bool_)
    kept[winners[: len(wanted)]] = True
    others = np.flatnonzero((winners == places) & ~kept)
    kept[nearest(others, entries, nearness, most - int(np.count_nonzero(kept)))] = True
    rows = np.sort(entries[kept]).astype(np.intp)  # every look-up would convert narrower ones
    return Gathered(rows, nearness.take(place_of.take(rows)))


def nearest(places: Places, rows: Rows, nearness: Floats, most: int) -> Places:
    """The places of the `most` greatest values; among equal ones those of the lower rows."""
    if len(places) <= most:
        return places
    if most <= 0:
        return places[:0]
    values = nearness[places]
    least = np.partition(values, -most)[-most]
    above, level = places[values > least], places[values == least]
    return np.concatenate((above, level[np.argsort(rows[level])][: most - len(above)]))
