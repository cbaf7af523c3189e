"""The features of one item, read from its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.ranking.catalogue.catalogue import NEVER, NONE, Catalogue, Labels, LabelSets, Properties

#: The value of a row; None: absent.
ValueOf = Callable[[int], Value | None]


class ItemValues:
    """Reads some features of any row of a catalogue."""

    def __init__(self, catalogue: Catalogue, features: Iterable[Feature]) -> None:
        self._readers = {each.name: _reader(catalogue, each) for each in features}

    def of(self, row: int) -> dict[FeatureName, Value | None]:
        """The values of one item, as a rule takes them."""
        return {name: read(row) for name, read in self._readers.items()}


def _reader(catalogue: Catalogue, feature: Feature) -> ValueOf:
    """How a feature is read. One that the catalogue was built without is absent."""
    built_in = _BUILT_IN.get(feature.name)
    return built_in(catalogue) if built_in is not None else _of_property(catalogue.properties, feature)


def _of_property(properties: Properties, feature: Feature) -> ValueOf:
    name, kind = feature.name, feature.type
    if kind is FeatureType.TIMESTAMP:
        return _moment(properties.moments.get(name))
    if kind is FeatureType.STRING:
        return _label(properties.labels.get(name))
    if kind is FeatureType.STRING_LIST:
        return _label_set(properties.label_sets.get(name))
    return _number(properties.numbers.get(name), _AS[kind])


def _label(labels: Labels | None) -> ValueOf:
    if labels is None:
        return _absent
    codes, names = labels.codes, labels.names
    return lambda row: None if codes[row] == NONE else names[codes[row]]


def _label_set(sets: LabelSets | None) -> ValueOf:
    if sets is None:
        return _absent
    offsets, codes, names = sets.offsets, sets.codes, sets.names
    return lambda row: tuple(names[each] for each in codes[offsets[row] : offsets[row + 1]]) or None


def _number(column: NDArray[np.float64] | None, kind: Callable[[float], Value]) -> ValueOf:
    if column is None:
        return _absent
    return lambda row: None if isnan(column[row]) else kind(column[row])


def _moment(column: NDArray[np.int64] | None) -> ValueOf:
    if column is None:
        return _absent
    return lambda row: None if column[row] == NEVER else int(column[row])


def _id(catalogue: Catalogue) -> ValueOf:
    ids = catalogue.item_ids
    return lambda row: bytes(ids[row]).decode()


def _name(catalogue: Catalogue) -> ValueOf:
    names = catalogue.names
    return _absent if names is None else lambda row: names[row] or None


def _absent(row: int) -> None:
    """No row has a value."""


_AS: Final[Mapping[FeatureType, Callable[[float], Value]]] = {
    FeatureType.NUMBER: float,
    FeatureType.INTEGER: int,
    FeatureType.BOOLEAN: bool,
}
_BUILT_IN: Final[Mapping[str, Callable[[Catalogue], ValueOf]]] = {
    "item.id": _id,
    "item.name": _name,
    "item.brand": lambda catalogue: _label(catalogue.brands),
    "item.category": lambda catalogue: _label(catalogue.categories),
    "item.price": lambda catalogue: _number(catalogue.prices, float),
    "item.tags": lambda catalogue: _label_set(catalogue.tags),
    "item.regions": lambda catalogue: _label_set(catalogue.regions),
}
