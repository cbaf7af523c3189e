"""Small catalogues, indexes, histories and requests, built by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import NONE, Catalogue, Labels, LabelSets
from tessella.domain.ranking.index.index import Embeddings, Neighbours, Popularity, RankingIndex
from tessella.domain.ranking.knobs import DEFAULTS, KnobValue
from tessella.domain.ranking.signals.popularity import TOP_ROWS
from tessella.domain.ranking.subject.history import History

NOW = Instant(1_780_000_000_000_000)
ALWAYS = (np.iinfo(np.int64).min, np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Item:
    """One item; moments are in microseconds."""

    item_id: str
    brand: str | None = None
    category: str | None = None
    price: float = float("nan")
    tags: Sequence[str] = ()
    regions: Sequence[str] = ()
    available: bool = True
    available_from: int = ALWAYS[0]
    available_until: int = ALWAYS[1]


def a_catalogue(*items: Item | str) -> Catalogue:
    """The items in the order of their ids; a bare text is an item of that id."""
    listed = sorted((_item(each) for each in items), key=lambda item: item.item_id.encode())
    begun = np.array([item.available_from for item in listed], np.int64)
    return Catalogue(
        item_ids=np.array([item.item_id.encode() for item in listed], dtype=np.bytes_),
        brands=_labels([item.brand for item in listed]),
        categories=_labels([item.category for item in listed]),
        tags=_label_sets([item.tags for item in listed]),
        regions=_label_sets([item.regions for item in listed]),
        prices=np.array([item.price for item in listed], np.float64),
        available=np.array([item.available for item in listed], np.bool_),
        available_from=begun,
        available_until=np.array([item.available_until for item in listed], np.int64),
        newest=np.argsort(-begun, kind="stable").astype(np.int32),
    )


def an_index(
    *items: Item | str,
    popularity: Mapping[str, float] | None = None,
    neighbours: Mapping[str, Mapping[str, float]] | None = None,
    vectors: Mapping[str, Sequence[float]] | None = None,
    half_life_days: float = 30.0,
    window_days: int = 90,
) -> RankingIndex:
    """An index of the items; signals are given by item id, and are 0 where they are left out."""
    catalogue = a_catalogue(*items)
    scores = np.zeros(len(catalogue), np.float32)
    for item_id, score in (popularity or {}).items():
        scores[row_of(catalogue, item_id)] = score
    return RankingIndex(
        version="index-1",
        as_of=NOW,
        catalogue=catalogue,
        popularity={half_life_days: Popularity(scores, np.argsort(-scores, kind="stable")[:TOP_ROWS].astype(np.int32))},
        co_visitation={window_days: _neighbours(catalogue, neighbours or {})},
        embeddings=_embeddings(catalogue, vectors, scores) if vectors else None,
    )


def a_history(index: RankingIndex, *events: tuple[str, float], purchased: bool = True, weight: float = 1.0) -> History:
    """Events as (item id, days before `NOW`), in any order."""
    newest_first = sorted(events, key=lambda event: event[1])
    return History(
        rows=index.catalogue.rows_of([item_id for item_id, _ in newest_first]),
        times=np.array([NOW - int(days * DAY_US) for _, days in newest_first], np.int64),
        weights=np.full(len(events), weight, np.float32),
        purchased=np.full(len(events), purchased, np.bool_),
    )


def a_config(**knobs: KnobValue) -> Mapping[str, KnobValue]:
    """The built-in configuration with some knobs set."""
    return {**DEFAULTS, **knobs}


def row_of(catalogue: Catalogue, item_id: str) -> int:
    """The row of an item that is there."""
    [row] = catalogue.rows_of([item_id]).tolist()
    assert row != NONE, item_id
    return row


def _item(written: Item | str) -> Item:
    return Item(written) if isinstance(written, str) else written


def _labels(of_items: Sequence[str | None]) -> Labels:
    names = sorted({name for name in of_items if name is not None})
    return Labels(np.array([NONE if name is None else names.index(name) for name in of_items], np.int32), names)


def _label_sets(of_items: Sequence[Sequence[str]]) -> LabelSets:
    names = sorted({name for each in of_items for name in each})
    codes = [names.index(name) for each in of_items for name in each]
    return LabelSets(_offsets([len(each) for each in of_items]), np.array(codes, np.int32), names)


def _neighbours(catalogue: Catalogue, of_items: Mapping[str, Mapping[str, float]]) -> Neighbours:
    lists = [of_items.get(item_id, {}) for item_id in catalogue.ids_of(np.arange(len(catalogue), dtype=np.int32))]
    best_first = [sorted(each.items(), key=lambda pair: (-pair[1], pair[0])) for each in lists]
    return Neighbours(
        _offsets([len(each) for each in lists]),
        catalogue.rows_of([item_id for each in best_first for item_id, _ in each]),
        np.array([weight for each in best_first for _, weight in each], np.float32),
    )


def _embeddings(catalogue: Catalogue, vectors: Mapping[str, Sequence[float]], scores: np.ndarray) -> Embeddings:
    """Every item in one cell."""
    dimensions = len(next(iter(vectors.values())))
    table = np.zeros((len(catalogue), dimensions), np.float32)
    for item_id, vector in vectors.items():
        table[row_of(catalogue, item_id)] = np.array(vector) / np.linalg.norm(vector)
    members = np.argsort(-scores, kind="stable").astype(np.int32)
    members = members[np.abs(table[members]).sum(axis=1) > 0]
    return Embeddings(table, table.mean(axis=0, keepdims=True), _offsets([len(members)]), members)


def _offsets(lengths: Sequence[int]) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int64)
