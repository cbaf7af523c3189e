"""From items, one after another, to the columns that a ranking reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.schema import Feature
from tessella.domain.ranking.catalogue.catalogue import FOREVER, NEVER, Catalogue, Rows
from tessella.domain.ranking.catalogue.columns import (
    LabelColumn,
    LabelSetColumn,
    MomentColumn,
    NumberColumn,
    TextColumn,
    VectorColumn,
)
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.catalogue.property_columns import PropertyColumns

#: Of these, newest first, a ranking may gather.
MOST_NEWEST: Final = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class BuiltCatalogue:
    """The items as columns, and the embeddings that came with them."""

    catalogue: Catalogue
    #: Shape (items, dimensions), of length 1; a row of zeros is an item without one. None when no item has one.
    vectors: NDArray[np.float32] | None
    #: How many items came with an embedding of other dimensions than the first, which is left out.
    other_dimensions: int


def build_catalogue(items: Iterable[Item], features: Sequence[Feature] = ()) -> BuiltCatalogue:
    """The columns of items in the order of their ids; `features` as `item_properties` gives them.

    >>> build_catalogue([Item("a", brand="acme"), Item("b")]).catalogue.brands.codes.tolist()
    [0, -1]
    """
    builder = CatalogueBuilder(features)
    for item in items:
        builder.add(item)
    return builder.built()


class CatalogueBuilder:
    """Takes items in the order of their ids (UTF-8), and keeps their columns only."""

    def __init__(self, features: Sequence[Feature] = ()) -> None:
        self._item_ids: list[bytes] = []
        self._names = TextColumn()
        self._brands, self._categories = LabelColumn(), LabelColumn()
        self._tags, self._regions = LabelSetColumn(), LabelSetColumn()
        self._prices = NumberColumn()
        self._available = bytearray()
        self._begins, self._ends = MomentColumn(NEVER), MomentColumn(FOREVER)
        self._properties = PropertyColumns(features)
        self._vectors = VectorColumn()

    def add(self, item: Item) -> None:
        """The next row. Raises `ValueError` when its id is not greater than the last."""
        item_id = item.item_id.encode()
        if self._item_ids and item_id <= self._item_ids[-1]:
            raise ValueError(f"items come in the order of their ids, each once: {item.item_id}")
        self._item_ids.append(item_id)
        self._names.add(item.name or "")
        self._brands.add(item.brand)
        self._categories.add(item.category)
        self._tags.add(item.tags)
        self._regions.add(item.regions)
        self._prices.add(item.price)
        self._available.append(item.available)
        self._begins.add(item.available_from)
        self._ends.add(item.available_until)
        self._properties.add(item.properties)
        self._vectors.add(item.embedding)

    def built(self) -> BuiltCatalogue:
        """All rows that were added."""
        begins = self._begins.built()
        catalogue = Catalogue(
            item_ids=np.array(self._item_ids, dtype=np.bytes_),
            brands=self._brands.built(),
            categories=self._categories.built(),
            tags=self._tags.built(),
            regions=self._regions.built(),
            prices=self._prices.built(),
            available=np.array(self._available, np.bool_),
            available_from=begins,
            available_until=self._ends.built(),
            newest=_newest(begins),
            names=self._names.built(),
            properties=self._properties.built(),
        )
        return BuiltCatalogue(catalogue, self._vectors.built(), self._vectors.left_out)


def _newest(begins: NDArray[np.int64]) -> Rows:
    """Rows that say since when they are available, the latest first, ties by row."""
    dated = np.flatnonzero(begins != NEVER)
    return dated[np.argsort(-begins[dated], kind="stable")][:MOST_NEWEST].astype(np.int32)
