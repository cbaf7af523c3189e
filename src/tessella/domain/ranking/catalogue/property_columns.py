"""The properties of items that declared features read, as columns that grow by one row at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tessella.domain.features.gate import normalise
from tessella.domain.features.item_features import property_of
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json
from tessella.domain.ranking.catalogue.catalogue import Properties
from tessella.domain.ranking.catalogue.columns import LabelColumn, LabelSetColumn, MomentColumn, NumberColumn

#: Each takes the gate's values of its types, and None.
_COLUMNS: Final[Mapping[FeatureType, Callable[[], Any]]] = {
    FeatureType.NUMBER: NumberColumn,
    FeatureType.INTEGER: NumberColumn,
    FeatureType.BOOLEAN: NumberColumn,
    FeatureType.TIMESTAMP: MomentColumn,
    FeatureType.STRING: LabelColumn,
    FeatureType.STRING_LIST: LabelSetColumn,
}


class PropertyColumns:
    """Grows into `Properties`."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = features
        self._columns = [_COLUMNS[each.type]() for each in features]

    def add(self, properties: Mapping[str, Json]) -> None:
        """The next row. A property that is not of its feature's type is absent."""
        for feature, column in zip(self._features, self._columns, strict=True):
            column.add(normalise(properties.get(property_of(feature.name)), feature.type))

    def built(self) -> Properties:
        """All rows."""
        return Properties(
            numbers=self._of(NumberColumn),
            moments=self._of(MomentColumn),
            labels=self._of(LabelColumn),
            label_sets=self._of(LabelSetColumn),
        )

    def _of(self, kind: type[Any]) -> dict[str, Any]:
        columns = zip(self._features, self._columns, strict=True)
        return {feature.name: column.built() for feature, column in columns if isinstance(column, kind)}
