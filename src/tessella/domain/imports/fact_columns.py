"""Which columns of a file are features."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import FactRefused, Faults, MappingInvalid, TessellaError, UndeclaredColumn
from tessella.domain.features.of_games import BY_TAXONOMIES
from tessella.domain.features.predicted import BY_PREDICTIONS
from tessella.domain.features.schema import ABOUT_ITEMS, Feature, Schema, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.imports.fields import check_columns
from tessella.domain.imports.mapping import Column, ColumnMapping, Part
from tessella.domain.privacy.personal_names import names_personal_data

RESERVED: Final = ("subject_id", "as_of", "ignore")
#: Why a file cannot hold a feature of a source.
_NOT_IMPORTED: Final = {
    Source.REQUEST: "it comes with the request",
    Source.ITEM: ABOUT_ITEMS,
    Source.PREDICTION: BY_PREDICTIONS,
    Source.TAXONOMY: BY_TAXONOMIES,
}


@dataclass(frozen=True, slots=True)
class FactColumns:
    """A file of one row a subject and one column a feature."""

    subject_id: tuple[Part, ...]
    #: The column of the moment at which a row was true; None: the same for all.
    as_of: Column | None
    features: tuple[tuple[Column, Feature], ...]


def fact_columns(mapping: ColumnMapping, columns: Sequence[str], schema: Schema) -> FactColumns:
    """The features of a file: every column, under its own name or `feature=column`, but for `ignore=a+b`.

    Raises `MissingColumn`, `MappingInvalid`, and `Faults` with an `UndeclaredColumn` or `FactRefused` for each column
    that cannot be imported.
    """
    for field, parts in mapping.items():
        check_columns(field, parts, columns)
    subject = mapping.get("subject_id", (Column("subject_id"),))
    check_columns("subject_id", subject, columns)
    as_of = _column(mapping, "as_of") if "as_of" in mapping else Column("as_of") if "as_of" in columns else None
    named = {field: _column(mapping, field) for field in mapping if field not in RESERVED}
    other = _names((*subject, *mapping.get("ignore", ()), *named.values(), *([as_of] if as_of else [])))
    for name in columns:
        if name not in other and named.setdefault(name, Column(name)) != Column(name):
            raise MappingInvalid(name, f'the file has a column of this name too; leave it out with ignore="{name}"')
    return FactColumns(subject, as_of, tuple(_features(named, schema)))


def _features(named: dict[str, Column], schema: Schema) -> Iterable[tuple[Column, Feature]]:
    errors = [error for name, column in named.items() if (error := _refusal(name, column, schema))]
    if errors:
        raise Faults(errors)
    return ((column, schema[FeatureName(name)]) for name, column in named.items())


def _refusal(name: str, column: Column, schema: Schema) -> TessellaError | None:
    feature = schema.get(FeatureName(name))
    if feature is None:
        return UndeclaredColumn(name, schema.nearest(name))
    if feature.personal:
        return FactRefused(name, "it is declared as personal data, which is not stored as a fact")
    if feature.type is not FeatureType.BOOLEAN and names_personal_data(column.name):
        return FactRefused(name, f'the column "{column.name}" is personal data by its name')
    if feature.source in _NOT_IMPORTED:
        return FactRefused(name, _NOT_IMPORTED[feature.source])
    if feature.kind is not None:
        return FactRefused(name, "it is computed from events")
    return None


def _column(mapping: ColumnMapping, field: str) -> Column:
    parts = mapping[field]
    if len(parts) != 1 or not isinstance(parts[0], Column):
        raise MappingInvalid(field, "this field is one column")
    return parts[0]


def _names(parts: Iterable[Part]) -> set[str]:
    return {part.name for part in parts if isinstance(part, Column)}
