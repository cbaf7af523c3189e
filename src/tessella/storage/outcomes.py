"""Outcomes of decisions: impressions, clicks and conversions, counted for the segment that was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import psycopg

from tessella.domain.features.event import OUTCOMES
from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.outcomes.cells import LAST_POSITION, OutcomeCell
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import SET_SCOPE, system

#: The segment of outcomes whose decision was not found.
UNKNOWN: Final = "unknown"
#: How long a decision may come after its outcome.
WAIT_MINUTES: Final = 60
#: How far back most rounds look: what has waited for longer waits for a decision that may never come.
RECENT_MINUTES: Final = 1
#: Everything that waits.
ALL_MINUTES: Final = 10_000_000

#: Where the item of an event stands among those of its decision; NULL where it does not, or the event has none.
_PLACE: Final = f"""(
       SELECT place FROM json_array_elements(audited.body -> 'items') WITH ORDINALITY AS listed (item, place)
        WHERE pending.position IS NULL AND listed.item ->> 0 = pending.item_id AND place <= {LAST_POSITION} LIMIT 1)"""
#: One transaction takes a pending row away and counts it: exactly once. Whoever does not get the lock does nothing. The
#: decision is looked up outcome by outcome: a join might read the whole audit.
_ROLL_UP: Final = f"""
WITH turn AS MATERIALIZED (
SELECT pg_try_advisory_xact_lock(hashtextextended('tessella outcomes ' || %(namespace)s, 0)) AS is_ours
), waiting AS (
SELECT event_id, received_at < now() - interval '{WAIT_MINUTES} minutes' AS is_over, made.segment_id, made.profile_id,
       coalesce(pending.position, made.place) AS position
  FROM tessella.outcomes_pending AS pending
  LEFT JOIN LATERAL (
       SELECT segment_id, profile_id, {_PLACE} AS place FROM tessella.decision_audit AS audited
        WHERE audited.namespace = %(namespace)s AND audited.decision_id = pending.decision_id LIMIT 1) AS made ON true
 WHERE namespace = %(namespace)s AND received_at > now() - make_interval(mins => %(minutes)s)
   AND (SELECT is_ours FROM turn)
), due AS (
SELECT event_id, coalesce(segment_id, '{UNKNOWN}') AS segment_id, coalesce(profile_id, '') AS profile_id,
       coalesce(position, 0) AS position
  FROM waiting
 WHERE segment_id IS NOT NULL OR is_over LIMIT 50000
), moved AS (
DELETE FROM tessella.outcomes_pending AS pending USING due
 WHERE pending.namespace = %(namespace)s AND pending.event_id = due.event_id
RETURNING due.segment_id, due.profile_id, due.position, pending.event_type
), cells AS (
INSERT INTO tessella.outcome_cells AS counted (namespace, segment_id, profile_id, position, event_type, count)
SELECT %(namespace)s, segment_id, profile_id, position, event_type, count(*) FROM moved
 GROUP BY segment_id, profile_id, position, event_type
ON CONFLICT (namespace, segment_id, profile_id, position, event_type)
   DO UPDATE SET count = counted.count + excluded.count
)
INSERT INTO tessella.outcome_counts AS counted (namespace, segment_id, event_type, count)
SELECT %(namespace)s, segment_id, event_type, count(*) FROM moved GROUP BY segment_id, event_type
ON CONFLICT (namespace, segment_id, event_type) DO UPDATE SET count = counted.count + excluded.count
"""
_COUNTS: Final = "SELECT segment_id, event_type, count FROM tessella.outcome_counts WHERE namespace = %(namespace)s"
_CELLS: Final = f"""
SELECT segment_id, nullif(profile_id, ''), nullif(position, 0),
       {", ".join(f"coalesce(sum(count) FILTER (WHERE event_type = '{each}'), 0)::bigint" for each in OUTCOMES)}
  FROM tessella.outcome_cells WHERE namespace = %s
 GROUP BY segment_id, profile_id, position ORDER BY segment_id, profile_id, position
"""
_FIELDS: Final = {"impression": "impressions", "click": "clicks", "conversion": "conversions"}


async def roll_up(
    connection: Connection, namespace: Namespace, minutes: int
) -> psycopg.AsyncCursor[tuple[str, str, int]]:
    """Count what came in the last `minutes`, in an open transaction; returns the cursor of all counts."""
    asked = {"namespace": namespace, "minutes": minutes}
    await connection.execute(SET_SCOPE, system(namespace).parameters())
    await connection.execute(_ROLL_UP, asked)
    return await connection.execute(_COUNTS, asked)


async def by_segment(cursor: psycopg.AsyncCursor[tuple[str, str, int]]) -> Mapping[str, OutcomeCounts]:
    """The counts of one namespace."""
    found: dict[str, OutcomeCounts] = {}
    for segment_id, event_type, count in await cursor.fetchall():
        found[segment_id] = replace(found.get(segment_id, OutcomeCounts()), **{_FIELDS[event_type]: count})
    return found


async def outcome_cells(connection: Connection, namespace: Namespace) -> list[OutcomeCell]:
    """What was counted in one namespace, by segment, profile and position, as of the last round."""
    found = await (await connection.execute(_CELLS, [namespace])).fetchall()
    return [OutcomeCell(segment, profile, place, OutcomeCounts(*counts)) for segment, profile, place, *counts in found]
