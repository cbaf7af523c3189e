"""What the overview of a namespace counts: ranges of indexes, bounded however much there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tessella.domain.identifiers import ExperimentId, Instant, Namespace, SegmentId
from tessella.ports.overview import (
    DAY_US,
    MINUTE_US,
    MINUTES,
    DecisionFigures,
    FailingJob,
    OpenRecommendations,
    OverviewFigures,
)
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import first_id_of
from tessella.storage.times import micros

#: The most decisions that are counted minute by minute.
MOST_OF_MINUTES: Final = 200_000
#: About so many decisions are told apart by segment at most: where a day has more, those of less than a day are.
MOST_BY_SEGMENT: Final = 1_000_000

#: The first 48 bits of an id are the milliseconds of its making.
_PER_MINUTE: Final = """
WITH newest AS (
SELECT decision_id::text AS id FROM tessella.decision_audit
 WHERE namespace = %(namespace)s AND decision_id >= %(since)s
 ORDER BY decision_audit.decision_id DESC LIMIT %(most)s)
SELECT ('x' || left(id, 8) || substr(id, 10, 4))::bit(48)::bigint / 60000, count(*) FROM newest GROUP BY 1
"""
#: From one segment of the index to the next: there are few of them, and many rows of each.
_BY_SEGMENT: Final = """
WITH RECURSIVE named AS (
(SELECT segment_id FROM tessella.decision_audit WHERE namespace = %(namespace)s ORDER BY segment_id LIMIT 1)
UNION ALL
SELECT (SELECT segment_id FROM tessella.decision_audit
         WHERE namespace = %(namespace)s AND segment_id > named.segment_id ORDER BY segment_id LIMIT 1)
  FROM named WHERE named.segment_id IS NOT NULL)
SELECT segment_id, (SELECT count(*) FROM tessella.decision_audit AS made
                     WHERE made.namespace = %(namespace)s AND made.segment_id = named.segment_id
                       AND made.decision_id >= %(since)s)
  FROM named WHERE segment_id IS NOT NULL
"""
_FAILING: Final = f"""
SELECT job, run_id, failures, failed_at, problem FROM (
SELECT job, run_id::text, state, {micros("coalesce(finished_at, updated_at)")} AS failed_at,
       coalesce(error ->> 'message', '') AS problem, row_number() OVER (PARTITION BY job ORDER BY run_id DESC) AS place,
       count(*) FILTER (WHERE state = 'failed') OVER (PARTITION BY job) AS failures
  FROM tessella.job_runs
 WHERE namespace = %(namespace)s AND job_runs.run_id >= %(since)s AND state IN ('succeeded', 'failed')) AS runs
 WHERE place = 1 AND state = 'failed' ORDER BY job
"""
_RECOMMENDED: Final = f"""
SELECT experiment_id, count(*), {micros("min(created_at)")} FROM tessella.segmentation_recommendations
 WHERE namespace = %(namespace)s AND state = 'open' GROUP BY experiment_id ORDER BY experiment_id
"""
_THERE: Final = f"""
SELECT EXISTS (SELECT FROM tessella.events WHERE namespace = %(namespace)s),
       EXISTS (SELECT FROM tessella.subject_facts WHERE namespace = %(namespace)s),
       EXISTS (SELECT FROM tessella.decision_audit WHERE namespace = %(namespace)s),
       (SELECT {micros("max(as_of)")} FROM tessella.audience_calculations
         WHERE namespace = %(namespace)s AND state = 'active')
"""


async def overview_figures(connection: Connection, namespace: Namespace, now: Instant) -> OverviewFigures:
    """All of it, as of now."""
    whose = {"namespace": namespace}
    a_day_ago = whose | {"since": first_id_of(Instant(now - DAY_US))}
    failing = await (await connection.execute(_FAILING, a_day_ago)).fetchall()
    recommended = await (await connection.execute(_RECOMMENDED, whose)).fetchall()
    [there] = await (await connection.execute(_THERE, whose)).fetchall()
    return OverviewFigures(
        await _decisions(connection, namespace, now),
        [FailingJob(*row) for row in failing],
        [OpenRecommendations(ExperimentId(name), count, since) for name, count, since in recommended],
        *there,
    )


async def _decisions(connection: Connection, namespace: Namespace, now: Instant) -> DecisionFigures:
    first = Instant(now // MINUTE_US * MINUTE_US - (MINUTES - 1) * MINUTE_US)
    asked: dict[str, Any] = {"namespace": namespace, "since": first_id_of(first), "most": MOST_OF_MINUTES}
    rows = await (await connection.execute(_PER_MINUTE, asked)).fetchall()
    counts = {Instant(minute * MINUTE_US): count for minute, count in rows}
    if sum(counts.values()) == MOST_OF_MINUTES:  # the earliest minute is not whole
        first = Instant(min(counts) + MINUTE_US)
    since = _matched_since(counts, first, now)
    matched = await connection.execute(_BY_SEGMENT, {"namespace": namespace, "since": first_id_of(since)})
    by_segment = {SegmentId(name): count for name, count in await matched.fetchall() if count}
    return DecisionFigures({at: n for at, n in counts.items() if at >= first}, first, by_segment, since)


def _matched_since(counts: Mapping[Instant, int], first: Instant, now: Instant) -> Instant:
    """A day ago, or so far back as about `MOST_BY_SEGMENT` decisions are, were they made as in the last hour."""
    if not (made := sum(counts.values())):
        return Instant(now - DAY_US)
    return Instant(now - min(DAY_US, MOST_BY_SEGMENT * max(now - first, MINUTE_US) // made))
