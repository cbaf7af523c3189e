"""The features of all items, a column each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.schema import Feature
from tessella.domain.ranking.catalogue.catalogue import Catalogue, LabelSets

#: One number an item: equal numbers stand for equal values.
Column = NDArray[Any]


def column_of(catalogue: Catalogue, feature: Feature) -> Column | None:
    """The codes of labels, or the numbers themselves; None for ids and names, of which every item has another.

    A feature that the catalogue was built without has one value everywhere: it is absent.
    """
    if feature.name in _BUILT_IN:
        column = _BUILT_IN[feature.name]
        return None if column is None else column(catalogue)
    properties, name = catalogue.properties, feature.name
    if name in properties.label_sets:
        return numbered(properties.label_sets[name])
    labels = properties.labels.get(name)
    return properties.numbers.get(name, one_value(catalogue)) if labels is None else labels.codes


def one_value(catalogue: Catalogue) -> Column:
    """The column of what is the same for all items."""
    return np.zeros(len(catalogue), np.int8)


def numbered(sets: LabelSets) -> Column:
    """A number for each set of labels: with each label more, the sets that have it are told apart anew."""
    lengths = np.diff(sets.offsets)
    column = np.zeros(len(lengths), np.int64)
    for place in range(int(lengths.max(initial=0))):
        rows = np.flatnonzero(lengths > place)
        label = sets.codes.take(sets.offsets.take(rows) + place)
        _, told_apart = np.unique(column.take(rows) * len(sets.names) + label, return_inverse=True)
        column[rows] = told_apart + column.max() + 1
    return column


_BUILT_IN: Final[Mapping[str, Callable[[Catalogue], Column] | None]] = {
    "item.brand": lambda catalogue: catalogue.brands.codes,
    "item.category": lambda catalogue: catalogue.categories.codes,
    "item.price": lambda catalogue: catalogue.prices,
    "item.tags": lambda catalogue: numbered(catalogue.tags),
    "item.regions": lambda catalogue: numbered(catalogue.regions),
    "item.id": None,
    "item.name": None,
}
