"""Which columns of a file make an item of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.imports.fields import FieldRules, map_fields
from tessella.domain.imports.mapping import Column, ColumnMapping, Part

_SINGLE: Final = ("price", "available", "available_from", "available_until", "embedding")
_RULES: Final = FieldRules(("item_id", "name", "brand", "category", "tags", "regions", *_SINGLE), ("item_id",), _SINGLE)


@dataclass(frozen=True, slots=True)
class ItemFields:
    """The parts of each field; no part where the file does not have the field."""

    item_id: tuple[Part, ...]
    #: Several columns are joined with a space; those that are empty are left out.
    name: tuple[Part, ...]
    brand: tuple[Part, ...]
    category: tuple[Part, ...]
    price: tuple[Part, ...]
    #: One column is a list, or texts with `|` between them; of several columns each is one.
    tags: tuple[Part, ...]
    regions: tuple[Part, ...]
    available: tuple[Part, ...]
    available_from: tuple[Part, ...]
    available_until: tuple[Part, ...]
    embedding: tuple[Part, ...]
    properties: tuple[Column, ...]
    #: A column that holds all properties as one JSON object.
    properties_object: Column | None


def item_fields(mapping: ColumnMapping, columns: Sequence[str]) -> ItemFields:
    """The fields of an item in a file with these columns. Raises as `map_fields`."""
    found = map_fields(mapping, columns, _RULES)
    return ItemFields(**found.parts, properties=found.properties, properties_object=found.properties_object)
