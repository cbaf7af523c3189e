"""Items and events as plain rows, for a ranking without a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from tessella.domain.errors import Faults, WrongShape
from tessella.domain.features.gate import normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Json, Pointer, point
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.catalogue.item_batch import ItemBatch
from tessella.domain.ranking.subject.events import NOT_DONE, SubjectEvents, subject_events
from tessella.domain.ranking.subject.history import HISTORY_LENGTH
from tessella.domain.wire import read_record

Row = Mapping[str, Json]

_ITEM_TIMES: Final = ("available_from", "available_until")


class EventRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a subject did, with the fields of an event over HTTP; its id does not matter here."""

    subject_id: str
    event_type: str
    occurred_at: int
    item_id: str | None = None
    event_id: str | None = None
    value: float | None = None
    properties: dict[str, Any] = {}


def read_items(rows: Iterable[Row]) -> list[Item]:
    """The items of rows in the order of their ids. Raises `Faults` with everything that is wrong with them."""
    items = {point("/items", place): _item(row, point("/items", place)) for place, row in enumerate(rows)}
    batch = ItemBatch()
    faults = [fault for at, item in items.items() for fault in batch.faults(item, at)]
    if faults:
        raise Faults(faults)
    return sorted(items.values(), key=lambda item: item.item_id.encode())


def _item(row: Row, at: Pointer) -> Item:
    times = {name: _instant(row[name], point(at, name)) for name in _ITEM_TIMES if row.get(name) is not None}
    return read_record(Item, {**row, **times}, at)


def read_events(rows: Iterable[Row]) -> list[EventRow]:
    """The events of rows. Raises `WrongShape` and `UnknownField`."""
    return [_event(row, point("/events", place)) for place, row in enumerate(rows)]


def _event(row: Row, at: Pointer) -> EventRow:
    occurred_at = _instant(row.get("occurred_at"), point(at, "occurred_at"))
    return read_record(EventRow, {**row, "occurred_at": occurred_at}, at)


def history_of(events: Iterable[EventRow], subject_id: str, as_of: Instant) -> SubjectEvents:
    """A subject's last events about items; those of one moment in the order of their rows."""
    own = [
        each for each in events
        if each.subject_id == subject_id and each.item_id is not None and each.event_type != NOT_DONE
    ]  # fmt: skip
    last = sorted(own, key=lambda each: each.occurred_at, reverse=True)[:HISTORY_LENGTH]
    return subject_events(
        [str(each.item_id) for each in last],
        [each.event_type for each in last],
        [each.occurred_at for each in last],
        as_of,
    )


def _instant(written: Json, at: Pointer) -> Instant:
    """A datetime, ISO 8601 text or microseconds."""
    moment = normalise(written, FeatureType.TIMESTAMP)
    if not isinstance(moment, int):
        raise WrongShape(at, "A time is a datetime, ISO 8601 text or microseconds since 1970.")
    return Instant(moment)
