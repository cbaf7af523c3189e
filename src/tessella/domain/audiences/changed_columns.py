"""Whether the columns of a source are still what features were declared on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tessella.domain.audiences.reading import SourceReading
from tessella.domain.errors import ColumnMissing, ColumnTypeChanged, Faults, TessellaError
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId, point

#: The types of feature that a column can hold, by the type that it has of itself. Text holds the moments that ISO 8601
#: writes, whole numbers hold microseconds since 1970; no other value of theirs is taken for one.
HOLDS: Final[Mapping[FeatureType, frozenset[FeatureType]]] = {
    FeatureType.STRING: frozenset({FeatureType.STRING, FeatureType.TIMESTAMP}),
    FeatureType.NUMBER: frozenset({FeatureType.NUMBER}),
    FeatureType.INTEGER: frozenset({FeatureType.INTEGER, FeatureType.NUMBER, FeatureType.TIMESTAMP}),
    FeatureType.BOOLEAN: frozenset({FeatureType.BOOLEAN}),
    FeatureType.TIMESTAMP: frozenset({FeatureType.TIMESTAMP}),
    FeatureType.STRING_LIST: frozenset({FeatureType.STRING_LIST}),
}

#: Columns by name, each with the type that it has of itself; None for one that no feature can have.
Found = Mapping[str, FeatureType | None]
#: The segments that read each feature.
Users = Mapping[FeatureName, Sequence[SegmentId]]


def check_columns(reading: SourceReading, found: Found, users: Users) -> None:
    """Raises `Faults` with a `ColumnMissing` or `ColumnTypeChanged` for each feature that cannot be read."""
    if faults := list(column_changes(reading, found, users)):
        raise Faults(faults)


def column_changes(reading: SourceReading, found: Found, users: Users) -> Iterator[TessellaError]:
    """The same faults, in the order of the features' names."""
    source = reading.source.source_id
    for feature in reading.features:
        at, segments = point("/features", feature.name), users.get(feature.name, ())
        if feature.column_name not in found:
            yield ColumnMissing(at, source, feature.column_name, feature.name, segments)
        elif not can_be_read(feature, found):
            now = found[feature.column_name] or "of a type that no feature has"
            yield ColumnTypeChanged(at, source, feature.column_name, feature.name, now, feature.type, segments)


def can_be_read(feature: Feature, found: Found) -> bool:
    """Whether a feature's column is there and holds values of its type."""
    kind = found.get(feature.column_name)
    return kind is not None and feature.type in HOLDS[kind]
