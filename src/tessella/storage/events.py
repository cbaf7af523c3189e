"""Events: what subjects did. Stored once each, by their id."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

import msgspec

from tessella.domain.features.event import OUTCOMES
from tessella.domain.ranking.outcomes.cells import LAST_POSITION
from tessella.storage.times import timestamptz
from tessella.storage.writing.submissions import Insert

#: What a sender says about an event besides its id.
_FIELDS: Final = ("subject_id", "event_type", "occurred_at", "item_id", "value", "properties", "decision_id")
_COLUMNS: Final = ", ".join(("event_id", *_FIELDS))
#: The columns of a sent event, as `json_to_recordset` and COPY read them. COPY has no decision.
SENT_COLUMNS: Final = (
    "event_id text, subject_id text, event_type text, occurred_at bigint, item_id text, value double precision, "
    "properties jsonb"
)


def read_from(source: str, *others: str) -> str:
    """SQL of the events of `source` in the columns of the table, and `others` of its columns."""
    return f"""
SELECT event_id, subject_id, event_type, {timestamptz("occurred_at")} AS occurred_at, item_id, value,
       coalesce(properties, '{{}}') AS properties, {", ".join(("decision_id", *others))}
  FROM {source}"""


def insert_from(source: str) -> str:
    """SQL that stores the events of `source`, a query like `read_from`, that are new."""
    return f"""
INSERT INTO tessella.events (namespace, {_COLUMNS})
SELECT %(namespace)s, {_COLUMNS}
  FROM {source}
ON CONFLICT (namespace, event_id) DO NOTHING"""


_SENT: Final = f"""
ROWS FROM (json_to_recordset(%(rows)s::json) AS ({SENT_COLUMNS}, decision_id uuid)) WITH ORDINALITY"""
#: In the order of their ids, so that two processes do not wait for one another; of equal ids the first is stored.
_IN_ORDER: Final = f'({read_from(_SENT, "ordinality")} ORDER BY event_id COLLATE "C", ordinality) AS read'
#: The property `position` where it is a whole number from 1 to the last position; anything else is none.
_POSITION: Final = f"""jsonb_path_query_first(properties,
       '$.position ? (@.type() == "number") ? (@ >= 1 && @ <= {LAST_POSITION} && @.floor() == @)')::smallint"""
_STORE: Final = f"""
WITH stored AS ({insert_from(_IN_ORDER)}
RETURNING event_id, subject_id, event_type, decision_id, item_id, properties
), pending AS (
INSERT INTO tessella.outcomes_pending (namespace, event_id, subject_id, event_type, decision_id, item_id, position)
SELECT %(namespace)s, event_id, subject_id, event_type, decision_id, item_id, {_POSITION} FROM stored
 WHERE decision_id IS NOT NULL AND event_type IN ({", ".join(f"'{each}'" for each in OUTCOMES)})
)
SELECT event_id, 'new' FROM stored
"""


def _row(table: str) -> str:
    return f"ROW({', '.join(f'{table}.{field}' for field in _FIELDS)})"


#: The stored event is looked up event by event: a join would read the whole namespace. An event that the sender may not
#: see is another one.
_COMPARE: Final = f"""
SELECT ordinality, 'conflict' FROM ({read_from(_SENT, "ordinality")}) AS read
 WHERE (SELECT {_row("old")} IS NOT DISTINCT FROM {_row("read")} FROM tessella.events AS old
         WHERE old.namespace = %(namespace)s AND old.event_id = read.event_id) IS NOT TRUE
"""

ADD_EVENTS: Final = Insert("events", _STORE, msgspec.json.encode, attrgetter("event_id"), _COMPARE)
