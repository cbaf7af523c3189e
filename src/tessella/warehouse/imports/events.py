"""Rows of a file as events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.event import EVENT_ID_MAX_LENGTH, EVENT_PROPERTIES_MAX_LENGTH, EVENT_TYPE_MAX_LENGTH
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH
from tessella.domain.imports.event_fields import EventFields
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.warehouse.imports.checks import (
    Checked,
    RowCheck,
    first_reason,
    holds_nul,
    is_missing,
    is_not,
    is_too_long,
)
from tessella.warehouse.imports.parts import MOMENT, number_checks, properties_of, property_checks, text_of, value_of
from tessella.warehouse.imports.subjects import is_address
from tessella.warehouse.imports.tables import Table

#: How many characters each text may have.
LIMITS: Final = {
    "subject_id": SUBJECT_MAX_LENGTH,
    "event_type": EVENT_TYPE_MAX_LENGTH,
    "event_id": EVENT_ID_MAX_LENGTH,
    "item_id": EVENT_ID_MAX_LENGTH,
}


def checked_events(table: Table, fields: EventFields, ids: SubjectIds) -> Checked:
    """The events of a file, in the columns of `Event`, with what is wrong with each row."""
    cells = table.cells
    texts = {name: text_of(getattr(fields, name), cells) for name in LIMITS}
    read = [
        *(f"{sql} AS {name}" for name, sql in texts.items()),
        f"{text_of(fields.occurred_at, cells)} AS occurred_text",
        f"{value_of(fields.occurred_at, cells, FeatureType.TIMESTAMP)} AS occurred_at",
        f"{text_of(fields.value, cells)} AS value_text",
        f"{value_of(fields.value, cells, FeatureType.NUMBER)} AS value",
        f"{properties_of(fields.properties, fields.properties_object, cells)} AS properties",
        f"{first_reason(property_checks(fields.properties, fields.properties_object, cells))} AS property_reason",
    ]
    rows = f"SELECT row, broken, {', '.join(read)} FROM ({table.relation})"
    identified = rows if fields.event_id else f"SELECT * REPLACE ({DIGEST} AS event_id) FROM ({rows})"
    relation = f"SELECT *, {first_reason(row_checks(fields, ids))} AS reason FROM ({identified})"
    stored = "event_id, subject_id, event_type, occurred_at, item_id, value, properties"
    return Checked(relation, f"SELECT {stored} FROM ({relation}) WHERE reason IS NULL")


#: The id of an event whose file has none.
DIGEST: Final = (
    "left(sha256(CAST(to_json([subject_id, event_type, CAST(occurred_at AS VARCHAR), item_id, value_text, properties])"
    " AS VARCHAR)), 32)"
)


def row_checks(fields: EventFields, ids: SubjectIds) -> Iterator[RowCheck]:
    """Everything that can be wrong with a row, the gravest first."""
    yield RowCheck("broken IS NOT NULL", "broken")
    for name in ("subject_id", "event_type", *(["event_id"] if fields.event_id else [])):
        yield is_missing(name, name)
    yield is_missing("occurred_text", "occurred_at")
    yield is_not("occurred_at", "occurred_text", "occurred_at", MOMENT)
    for name, limit in LIMITS.items():
        yield is_too_long(name, name, limit)
        yield holds_nul(name, name)
    yield from is_address("subject_id", ids)
    yield from number_checks("value", "value_text", "value")
    yield RowCheck("property_reason IS NOT NULL", "property_reason")
    yield is_too_long("properties", "properties", EVENT_PROPERTIES_MAX_LENGTH)
    yield RowCheck("contains(properties, '\\u0000')", literal("properties holds a NUL character"))
