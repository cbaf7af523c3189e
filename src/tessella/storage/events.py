"""Events: what subjects did. Stored once each, by their id."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

import msgspec

from tessella.domain.features.event import Event
from tessella.storage.errors import EventsConflict
from tessella.storage.scope import Scope
from tessella.storage.submissions import Insert
from tessella.storage.times import timestamptz
from tessella.storage.writer import Writer

#: A hash of all that the sender said about an event. Its functions are those of hash partitions: they never change.
_BODY_HASH: Final = "hash_record_extended(ROW(subject_id, event_type, occurred_at, item_id, value, properties), 0)"
#: The columns of a sent event, as `json_to_recordset` and COPY read them.
SENT_COLUMNS: Final = (
    "event_id text, subject_id text, event_type text, occurred_at bigint, item_id text, value double precision, "
    "properties jsonb"
)


def read_from(source: str) -> str:
    """SQL of the events of `source` in the columns of the table, with their hash."""
    return f"""
SELECT *, {_BODY_HASH} AS body_hash
  FROM (SELECT event_id, subject_id, event_type, {timestamptz("occurred_at")} AS occurred_at, item_id, value,
               coalesce(properties, '{{}}') AS properties
          FROM {source}) AS sent"""


def insert_from(source: str) -> str:
    """SQL that stores the events of `source`, a query like `read_from`, that are new."""
    return f"""
INSERT INTO tessella.events (namespace, event_id, subject_id, event_type, occurred_at, item_id, value, properties,
                             body_hash)
SELECT %(namespace)s, event_id, subject_id, event_type, occurred_at, item_id, value, properties, body_hash
  FROM {source}
ON CONFLICT (namespace, event_id) DO NOTHING"""


#: The old hash is looked up event by event: a join would read the whole namespace.
_STORE: Final = f"""
WITH read AS ({read_from(f"json_to_recordset(%(rows)s::json) AS sent ({SENT_COLUMNS})")}
), stored AS ({insert_from("read")}
RETURNING event_id
)
SELECT event_id, 'new' FROM stored
UNION ALL
SELECT event_id, 'conflict' FROM read
 WHERE body_hash <> (SELECT old.body_hash FROM tessella.events AS old
                      WHERE old.namespace = %(namespace)s AND old.event_id = read.event_id)
"""

ADD_EVENTS: Final = Insert("events", _STORE, msgspec.json.encode, attrgetter("event_id"))


async def add_events(writer: Writer, scope: Scope, events: Sequence[Event]) -> int:
    """Store events; returns how many were new.

    Raises `EventsConflict` for ids that are stored with another body, or that came before in `events` with another.
    """
    first: dict[str, Event] = {}
    conflicts = {event.event_id for event in events if first.setdefault(event.event_id, event) != event}
    outcome = await writer.write(scope, ADD_EVENTS, [*first.values()])
    conflicts |= {str(event_id) for event_id, word in outcome.items() if word == "conflict"}
    if conflicts:
        raise EventsConflict(", ".join(sorted(conflicts)))
    return len(outcome)
