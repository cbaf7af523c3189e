"""Which columns of a file make which fields: what events and items have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tessella.domain.errors import MappingInvalid, MissingColumn
from tessella.domain.identifiers import nearest
from tessella.domain.imports.mapping import Column, ColumnMapping, Part, Rest


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What a mapping may say of the fields of a record that has properties."""

    #: All but `properties` and `ignore`.
    fields: Sequence[str]
    required: Collection[str]
    #: Made of one column at most.
    single: Collection[str]


@dataclass(frozen=True, slots=True)
class MappedFields:
    """The columns of one file."""

    #: By field; no part where the file does not have the field.
    parts: dict[str, tuple[Part, ...]]
    properties: tuple[Column, ...]
    #: A column that holds all properties as one JSON object.
    properties_object: Column | None


def map_fields(mapping: ColumnMapping, columns: Sequence[str], rules: FieldRules) -> MappedFields:
    """The parts of each field; one that is not mapped is the column of its name.

    `ignore=a+b` keeps columns out of `properties=*`. Raises `MissingColumn` when a column is not there or a required
    field has none, and `MappingInvalid`.
    """
    _check_mapping(mapping, rules)
    chosen = {field: _parts(mapping, field, columns, rules) for field in rules.fields}
    ignored = _parts(mapping, "ignore", columns, rules)
    taken = {part.name for parts in (*chosen.values(), ignored) for part in parts if isinstance(part, Column)}
    listed = _parts(mapping, "properties", columns, rules)
    if listed == (Column("properties"),):
        return MappedFields(chosen, (), Column("properties"))
    return MappedFields(chosen, tuple(_properties(listed, taken, columns)), None)


def check_columns(field: str, parts: Iterable[Part], columns: Sequence[str]) -> None:
    """Raises `MissingColumn` for the first part that the file does not have."""
    for part in parts:
        if isinstance(part, Column) and part.name not in columns:
            raise MissingColumn(part.name, field, nearest(part.name, columns), ", ".join(columns))


def _check_mapping(mapping: ColumnMapping, rules: FieldRules) -> None:
    known = (*rules.fields, "properties", "ignore")
    for field, parts in mapping.items():
        if field not in known:
            near = nearest(field, known)
            raise MappingInvalid(field, f'did you mean "{near}"?' if near else f"the fields are {', '.join(known)}")
        if field in rules.single and len(parts) > 1:
            raise MappingInvalid(field, "this field is one column")
        if field != "properties" and Rest() in parts:
            raise MappingInvalid(field, "only properties can be *")


def _parts(mapping: ColumnMapping, field: str, columns: Sequence[str], rules: FieldRules) -> tuple[Part, ...]:
    own = (Column(field),)
    parts = mapping.get(field, own if field in columns or field in rules.required else ())
    check_columns(field, parts, columns)
    return parts


def _properties(parts: Iterable[Part], taken: Iterable[str], columns: Sequence[str]) -> Iterator[Column]:
    named = [part for part in parts if isinstance(part, Column)]
    yield from named
    if Rest() in parts:
        others = {*taken, *(each.name for each in named)}
        yield from (Column(name) for name in columns if name not in others)
