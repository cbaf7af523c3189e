"""Outcomes of decisions: impressions, clicks and conversions, counted for the segment that was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import psycopg

from tessella.domain.identifiers import Namespace
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

#: One transaction takes a pending row away and counts it: exactly once. Whoever does not get the lock does nothing. The
#: decision is looked up outcome by outcome: a join might read the whole audit.
_ROLL_UP: Final = f"""
WITH turn AS MATERIALIZED (
SELECT pg_try_advisory_xact_lock(hashtextextended('tessella outcomes ' || %(namespace)s, 0)) AS is_ours
), waiting AS (
SELECT event_id, received_at < now() - interval '{WAIT_MINUTES} minutes' AS is_over,
       (SELECT made.segment_id FROM tessella.decision_audit AS made
         WHERE made.namespace = %(namespace)s AND made.decision_id = pending.decision_id) AS segment_id
  FROM tessella.outcomes_pending AS pending
 WHERE namespace = %(namespace)s AND received_at > now() - make_interval(mins => %(minutes)s)
   AND (SELECT is_ours FROM turn)
), due AS (
SELECT event_id, coalesce(segment_id, '{UNKNOWN}') AS segment_id FROM waiting
 WHERE segment_id IS NOT NULL OR is_over LIMIT 50000
), moved AS (
DELETE FROM tessella.outcomes_pending AS pending USING due
 WHERE pending.namespace = %(namespace)s AND pending.event_id = due.event_id
RETURNING due.segment_id, pending.event_type
)
INSERT INTO tessella.outcome_counts AS counted (namespace, segment_id, event_type, count)
SELECT %(namespace)s, segment_id, event_type, count(*) FROM moved GROUP BY segment_id, event_type
ON CONFLICT (namespace, segment_id, event_type) DO UPDATE SET count = counted.count + excluded.count
"""
_COUNTS: Final = "SELECT segment_id, event_type, count FROM tessella.outcome_counts WHERE namespace = %(namespace)s"
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
