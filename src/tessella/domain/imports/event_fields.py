"""Which columns of a file make an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.imports.fields import FieldRules, map_fields
from tessella.domain.imports.mapping import Column, ColumnMapping, Part

REQUIRED: Final = ("subject_id", "event_type", "occurred_at")
_RULES: Final = FieldRules(("event_id", *REQUIRED, "item_id", "value"), REQUIRED, ("occurred_at", "value"))


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
    """The fields of an event in a file with these columns. Raises as `map_fields`."""
    found = map_fields(mapping, columns, _RULES)
    return EventFields(**found.parts, properties=found.properties, properties_object=found.properties_object)
