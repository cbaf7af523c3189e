"""What the overview of a namespace counts: ranges of indexes, bounded however much there is."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import ExperimentId, Instant, Namespace, SegmentId
from tessella.ports.overview import (
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

#: The most decisions that are looked at, the newest ones: they lie together, so that few pages are read.
MOST: Final = 100_000

#: The first 48 bits of an id are the milliseconds of its making. Minutes are told apart in the last hour only.
_DECIDED: Final = """
WITH newest AS (
SELECT decision_id, segment_id FROM tessella.decision_audit
 WHERE namespace = %(namespace)s AND decision_id >= %(day)s
 ORDER BY decision_audit.decision_id DESC LIMIT %(most)s), made AS (
SELECT segment_id, decision_id >= %(hour)s AS is_late,
       ('x' || left(decision_id::text, 8) || substr(decision_id::text, 10, 4))::bit(48)::bigint AS at FROM newest)
SELECT CASE WHEN is_late THEN at / 60000 END, segment_id, count(*), min(at) FROM made GROUP BY 1, 2
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
       (SELECT {micros("max(ended_at)")} FROM tessella.audience_calculations
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
    hour = Instant(now // MINUTE_US * MINUTE_US - (MINUTES - 1) * MINUTE_US)
    day = Instant(now - DAY_US)
    asked: dict[str, Any] = {"namespace": namespace, "day": first_id_of(day), "hour": first_id_of(hour), "most": MOST}
    rows = await (await connection.execute(_DECIDED, asked)).fetchall()
    per_minute: Counter[Instant] = Counter()
    by_segment: Counter[SegmentId] = Counter()
    for minute, name, count, _ in rows:
        by_segment[SegmentId(name)] += count
        if minute is not None:
            per_minute[Instant(minute * MINUTE_US)] += count
    if by_segment.total() < MOST:
        return DecisionFigures(per_minute, by_segment, since=day)
    return DecisionFigures(per_minute, by_segment, since=Instant(min(at for *_, at in rows) * 1000))
