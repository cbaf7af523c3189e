"""Which columns of a file make an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import MappingInvalid, MissingColumn
from tessella.domain.identifiers import nearest
from tessella.domain.imports.mapping import Column, ColumnMapping, Part, Rest

REQUIRED: Final = ("subject_id", "event_type", "occurred_at")
SINGLE: Final = ("occurred_at", "value")
TEXTS: Final = ("event_id", *REQUIRED, "item_id", "value")


@dataclass(frozen=True, slots=True)
class EventFields:
    """The parts of each field; no part where the file does not have the field."""

    subject_id: tuple[Part, ...]
    event_type: tuple[Part, ...]
    occurred_at: tuple[Part, ...]
    #: Empty: the id is a digest of everything else, so that two equal rows are one event.
    event_id: tuple[Part, ...]
    item_id: tuple[Part, ...]
    value: tuple[Part, ...]
    properties: tuple[Column, ...]
    #: A column that holds all properties as one JSON object.
    properties_object: Column | None


def event_fields(mapping: ColumnMapping, columns: Sequence[str]) -> EventFields:
    """The fields of an event in a file with these columns; a field that is not mapped is the column of its name.

    `ignore=a+b` keeps columns out of `properties=*`. Raises `MissingColumn` when a column is not there or a required
    field has none, and `MappingInvalid`.
    """
    _check_mapping(mapping)
    chosen = {field: _parts(mapping, field, columns) for field in TEXTS}
    ignored = _parts(mapping, "ignore", columns)
    taken = {part.name for parts in (*chosen.values(), ignored) for part in parts if isinstance(part, Column)}
    listed = _parts(mapping, "properties", columns)
    if listed == (Column("properties"),):
        return EventFields(**chosen, properties=(), properties_object=Column("properties"))
    return EventFields(**chosen, properties=tuple(_properties(listed, taken, columns)), properties_object=None)


def check_columns(field: str, parts: Iterable[Part], columns: Sequence[str]) -> None:
    """Raises `MissingColumn` for the first part that the file does not have."""
    for part in parts:
        if isinstance(part, Column) and part.name not in columns:
            raise MissingColumn(part.name, field, nearest(part.name, columns), ", ".join(columns))


def _check_mapping(mapping: ColumnMapping) -> None:
    known = (*TEXTS, "properties", "ignore")
    for field, parts in mapping.items():
        if field not in known:
            near = nearest(field, known)
            raise MappingInvalid(field, f'did you mean "{near}"?' if near else f"the fields are {', '.join(known)}")
        if field in SINGLE and len(parts) > 1:
            raise MappingInvalid(field, "this field is one column")
        if field != "properties" and Rest() in parts:
            raise MappingInvalid(field, "only properties can be *")


def _parts(mapping: ColumnMapping, field: str, columns: Sequence[str]) -> tuple[Part, ...]:
    own = (Column(field),)
    parts = mapping.get(field, own if field in columns or field in REQUIRED else ())
    check_columns(field, parts, columns)
    return parts


def _properties(parts: Iterable[Part], taken: Iterable[str], columns: Sequence[str]) -> Iterable[Column]:
    named = [part for part in parts if isinstance(part, Column)]
    yield from named
    if Rest() in parts:
        others = {*taken, *(each.name for each in named)}
        yield from (Column(name) for name in columns if name not in others)
