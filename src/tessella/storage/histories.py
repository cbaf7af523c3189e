"""Histories: the last events of a subject about items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.ranking.subject.events import NOT_DONE, SubjectEvents, subject_events
from tessella.domain.ranking.subject.history import HISTORY_LENGTH
from tessella.domain.typed import decoder
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros, timestamptz

#: The condition is that of the index `events_of_subject`.
_LAST: Final = f"""
SELECT json_build_array(json_agg(item_id), json_agg(event_type), json_agg({micros("occurred_at")}))::text
  FROM (SELECT item_id, event_type, occurred_at FROM tessella.events
         WHERE namespace = %(namespace)s AND subject_id = {{subject}}
           AND item_id IS NOT NULL AND event_type <> '{NOT_DONE}'{{received}}
         ORDER BY occurred_at DESC, event_id DESC LIMIT {HISTORY_LENGTH}) AS last"""
#: The events of a subject who has opted out are not read.
_SUBJECTS: Final = f"""
SELECT asked.subject_id, {micros("now()")},
       CASE WHEN coalesce(settings.personalization_enabled, true)
            THEN ({_LAST.format(subject="asked.subject_id", received="")}) END
  FROM unnest(%(subject_ids)s::text[]) AS asked (subject_id)
  LEFT JOIN tessella.personalization_settings AS settings
    ON settings.namespace = %(namespace)s AND settings.subject_id = asked.subject_id
"""
RECEIVED_BY: Final = _LAST.format(
    subject="%(subject_id)s", received=f" AND received_at <= {timestamptz('%(until)s::bigint')}"
)
_COLUMNS: Final = decoder(tuple[list[str] | None, list[str] | None, list[int] | None])


async def send_for_histories(connection: Connection, namespace: Namespace, subject_ids: Sequence[SubjectId]) -> Any:
    """Ask for the histories of many subjects; returns the cursor, for use in a pipeline."""
    return await connection.execute(_SUBJECTS, {"namespace": namespace, "subject_ids": list(subject_ids)})


async def history_received_by(
    connection: Connection, namespace: Namespace, subject_id: SubjectId, until: Instant
) -> SubjectEvents:
    """A subject's history as it was at `until`."""
    asked = {"namespace": namespace, "subject_id": subject_id, "until": until}
    row = await (await connection.execute(RECEIVED_BY, asked)).fetchone()
    return read_history(until, None if row is None else row[0])


def read_history(as_of: Instant, written: str | None) -> SubjectEvents:
    """The history of one row. Types are few: equal ones share one text."""
    items, types, times = (None, None, None) if written is None else _COLUMNS.decode(written)
    known: dict[str, str] = {}
    return subject_events(items or (), [known.setdefault(each, each) for each in types or ()], times or (), as_of)
