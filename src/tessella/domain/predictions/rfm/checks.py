"""Whether recency, frequency and money can be read from the columns that are named for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from tessella.domain.errors import TessellaError, UnknownReference, WrongShape
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Pointer, SourceId, nearest, point
from tessella.domain.predictions.rfm.setup import RfmColumns

_NUMBERS: Final = frozenset({FeatureType.NUMBER, FeatureType.INTEGER})
_READ_AS: Final = {
    "recency": _NUMBERS | {FeatureType.TIMESTAMP},
    "frequency": _NUMBERS,
    "monetary": _NUMBERS,
}


def rfm_faults(
    columns: RfmColumns, sources: Collection[SourceId], given: Mapping[FeatureName, Feature], at: Pointer
) -> Iterator[TessellaError]:
    """The source exists, and gives each feature with a type that can be counted in. `given` is what it gives."""
    if columns.source not in sources:
        nearby = nearest(columns.source, sources)
        yield UnknownReference(point(at, "source"), "source", columns.source, nearby)
        return
    for measure, types in _READ_AS.items():
        name, where = getattr(columns, measure), point(at, measure)
        if name not in given:
            yield UnknownReference(where, "feature", name, nearest(name, given))
        elif given[name].type not in types:
            problem = f'{measure} cannot be read from "{name}", which is a {given[name].type}.'
            yield WrongShape(where, problem, f"It takes one of {', '.join(sorted(types))}.")
