"""Rewards: a ledger in which each event stands once, and the sums of those that count, in one statement.

It stores the events that are new, adds what counts to the totals of their units, and adds what that changes to the
cells that the units are counted in: exactly once, whatever is sent again and in whatever order.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

import msgspec

from tessella.domain.experiments.assignment.attribution import BEHIND_MINUTES, Attribution
from tessella.domain.experiments.assignment.conversion import Conversion
from tessella.domain.identifiers import Instant
from tessella.storage.experiments.counted.cells import ADD_REWARDS, BY_CELL, CELL, CELL_OF_UNITS
from tessella.storage.times import timestamptz
from tessella.storage.writing.submissions import Insert

#: Words for a reward that is refused.
NOT_ASSIGNED: Final = "not_assigned"
BEFORE_ASSIGNMENT: Final = "before_assignment"
_REFUSED: Final = f"('{NOT_ASSIGNED}', '{BEFORE_ASSIGNMENT}')"
#: Parts of an attribution window that delays are counted by.
BUCKETS: Final = 32

_UNIT: Final = "experiment_id, user_identifier"
_KEY: Final = f"{_UNIT}, metric, event_id"
_SENT: Final = """
ROWS FROM (json_to_recordset(%(rows)s::json) AS (
    experiment_id text, user_identifier text, event_id text, metric text, value double precision, at bigint,
    received_at bigint, window_us bigint, matures_us bigint, is_open boolean, is_binary boolean)) WITH ORDINALITY"""
#: Sent rewards beside the assignments of their units, looked up one by one: a join might read the whole table.
_JUDGED: Final = f"""
SELECT sent.*, held.*,
       CASE WHEN assigned_at IS NULL THEN '{NOT_ASSIGNED}'
            WHEN at < assigned_at - interval '{BEHIND_MINUTES} minutes' THEN '{BEFORE_ASSIGNMENT}'
            WHEN forced THEN 'forced'
            WHEN is_open AND at <= assigned_at + within AND received_at <= cohort + matures THEN 'counted'
            ELSE 'late' END AS word
  FROM (SELECT {_KEY}, value, {timestamptz("at")} AS at, {timestamptz("received_at")} AS received_at,
               window_us * interval '1 microsecond' AS within, matures_us * interval '1 microsecond' AS matures,
               is_open, is_binary, ordinality
          FROM {_SENT}) AS sent
  LEFT JOIN LATERAL (
       SELECT assigned_at, cohort, policy_version, variant, in_holdout, forced, segment_key, source, device
         FROM tessella.assignments AS each
        WHERE each.namespace = %(namespace)s AND each.experiment_id = sent.experiment_id
          AND each.user_identifier = sent.user_identifier LIMIT 1) AS held ON true"""
_IN_ORDER: Final = ", ".join(f'{each} COLLATE "C"' for each in _KEY.split(", "))
#: A unit's total: for a reward that comes or does not, the first one makes it 1, and the others nothing more.
_STORE: Final = f"""
WITH judged AS MATERIALIZED (
SELECT DISTINCT ON ({_IN_ORDER}) * FROM ({_JUDGED}) AS each ORDER BY {_IN_ORDER}, ordinality
), stored AS (
INSERT INTO tessella.experiment_reward_events (namespace, {_KEY}, value, at, received_at, state)
SELECT %(namespace)s, {_KEY}, value, at, received_at, word FROM judged
 WHERE word IN ('counted', 'late', 'forced') ORDER BY {_IN_ORDER}
ON CONFLICT (namespace, {_KEY}) DO NOTHING
RETURNING {_KEY}, state
), counted AS MATERIALIZED (
SELECT judged.* FROM stored JOIN judged USING ({_KEY}) WHERE state = 'counted'
), totals AS (
SELECT {_UNIT}, metric, is_binary, CASE WHEN is_binary THEN 1 ELSE sum(value::numeric) END AS total
  FROM counted GROUP BY {_UNIT}, metric, is_binary
), first AS (
INSERT INTO tessella.experiment_unit_rewards (namespace, {_UNIT}, metric, total)
SELECT %(namespace)s, {_UNIT}, metric, total FROM totals WHERE is_binary ORDER BY {_UNIT}, metric
ON CONFLICT (namespace, {_UNIT}, metric) DO NOTHING
RETURNING {_UNIT}, metric, total, total_before
), summed AS (
INSERT INTO tessella.experiment_unit_rewards AS known (namespace, {_UNIT}, metric, total)
SELECT %(namespace)s, {_UNIT}, metric, total FROM totals WHERE NOT is_binary ORDER BY {_UNIT}, metric
ON CONFLICT (namespace, {_UNIT}, metric)
   DO UPDATE SET total = known.total + excluded.total, total_before = known.total
RETURNING {_UNIT}, metric, total, total_before
), changed AS MATERIALIZED (
SELECT metric, total, total_before, unit.* FROM (TABLE first UNION ALL TABLE summed) AS each
  JOIN (SELECT DISTINCT ON ({_UNIT}) {_UNIT}, segment_key, source, device, policy_version, in_holdout, variant, cohort
          FROM counted) AS unit USING ({_UNIT})
), cells AS (
INSERT INTO tessella.experiment_rewards AS counted (namespace, {CELL}, metric, rewarded, total, squares)
SELECT %(namespace)s, {CELL_OF_UNITS}, metric, count(*) FILTER (WHERE total_before IS NULL),
       sum(total - coalesce(total_before, 0)), sum(total * total - coalesce(total_before * total_before, 0))
  FROM changed GROUP BY {BY_CELL}, metric ORDER BY {CELL}, metric {ADD_REWARDS}
), delays AS (
INSERT INTO tessella.experiment_delays AS counted (namespace, experiment_id, metric, bucket, count)
SELECT %(namespace)s, experiment_id, metric,
       greatest(0, least({BUCKETS - 1}, floor(
           {BUCKETS} * extract(epoch FROM received_at - assigned_at) / extract(epoch FROM within)
       )))::smallint AS bucket, count(*)
  FROM counted GROUP BY experiment_id, metric, bucket ORDER BY experiment_id, metric, bucket
ON CONFLICT (namespace, experiment_id, metric, bucket) DO UPDATE SET count = counted.count + excluded.count
)
SELECT {_KEY}, state FROM stored UNION ALL
SELECT {_KEY}, word FROM judged WHERE word IN {_REFUSED}
"""
#: Rows of which the first statement says nothing stand in the ledger, or are refused as one of the same key was.
_AGAIN: Final = f"""
SELECT ordinality, CASE WHEN word IN {_REFUSED} THEN word ELSE 'duplicate' END
  FROM ({_JUDGED}) AS each
"""


class SentReward(msgspec.Struct, frozen=True):
    """A reward as it is sent to be stored, with the rules of its experiment."""

    experiment_id: str
    user_identifier: str
    event_id: str
    metric: str
    value: float
    at: Instant
    received_at: Instant
    window_us: int
    matures_us: int
    is_open: bool
    is_binary: bool


REWARD: Final = Insert(
    "rewards", _STORE, msgspec.json.encode,
    attrgetter("experiment_id", "user_identifier", "metric", "event_id"), _AGAIN,
)  # fmt: skip


def sent(conversions: Sequence[Conversion], attribution: Attribution, now: Instant) -> list[SentReward]:
    """Rewards that come at a moment, as they are stored."""
    matures_us = attribution.matures_at(Instant(0))
    return [
        SentReward(
            each.experiment_id, each.user_identifier, each.event_id, each.metric, each.value, each.at, now,
            attribution.window_us, matures_us, attribution.is_open, each.metric in attribution.binary,
        )
        for each in conversions
    ]  # fmt: skip
