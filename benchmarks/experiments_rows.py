"""A million assignments and rewards of one experiment, as statements that fill its tables: a month of traffic."""

from __future__ import annotations

from typing import Final

UNITS: Final = 1_000_000
#: The policy was published anew so often.
VERSIONS: Final = 120

TABLES: Final = (
    "assignments", "experiment_reward_events", "experiment_unit_rewards", "experiment_units", "experiment_rewards",
    "experiment_policies", "experiment_secrets", "experiment_traffic_stats",
)  # fmt: skip

_ASSIGNMENTS: Final = f"""
INSERT INTO tessella.assignments
       (namespace, experiment_id, user_identifier, assigned_at, cohort, policy_version, variant, in_holdout, forced,
        variant_id, segment_key, channel, source, device, propensities, context)
SELECT 'bench', 'homepage', 'visitor-' || (number::bigint * 2654435761 % {UNITS}), at, date_bin('3 hours', at, 'epoch'),
       number / {UNITS // VERSIONS + 1} + 1, number * 7 % 4, number % 10 = 0, false, 'variant-' || number * 7 % 4,
       'source:' || source || '|device:' || device, 'web', source, device,
       '{{0.125,0.25,0.25,0.375}}',
       json_build_object('channel', 'web', 'source', source, 'device', device, 'country', 'ES', 'hour', number % 24,
                         'weekday', number % 7, 'is_weekend', number % 7 > 4, 'is_business_hours', true)
  FROM generate_series(0, {UNITS - 1}) AS number,
       LATERAL (SELECT now() - interval '30 days' * (1 - number / {UNITS}.0) AS at,
                       (ARRAY['direct', 'google', 'instagram', 'newsletter'])[1 + number % 4] AS source,
                       (ARRAY['desktop', 'mobile'])[1 + number / 4 % 2] AS device) AS made
"""
_EVENTS: Final = """
INSERT INTO tessella.experiment_reward_events
SELECT namespace, experiment_id, user_identifier, 'conversion', 'order-' || user_identifier, 1,
       assigned_at + interval '1 hour', assigned_at + interval '1 hour', 'counted'
  FROM tessella.assignments WHERE namespace = 'bench'
"""
_TOTALS: Final = """
INSERT INTO tessella.experiment_unit_rewards
SELECT namespace, experiment_id, user_identifier, metric, value FROM tessella.experiment_reward_events
 WHERE namespace = 'bench'
"""
_CELL: Final = "namespace, experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant"
#: Of the last two days, cohorts are not merged yet.
_CELLS: Final = f"""
SELECT {_CELL}, CASE WHEN assigned_at > now() - interval '2 days' THEN cohort ELSE to_timestamp(0) END AS cohort,
       {{counted}}
  FROM tessella.assignments,
       LATERAL (VALUES ('segment', segment_key), ('source', source), ('device', device)) AS counted (dimension, level)
 WHERE namespace = 'bench' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
_TRAFFIC: Final = """
INSERT INTO tessella.experiment_traffic_stats
SELECT namespace, experiment_id, date_trunc('hour', assigned_at), count(*) FROM tessella.assignments
 WHERE namespace = 'bench' GROUP BY 1, 2, 3
"""

FILL: Final = (
    _ASSIGNMENTS,
    _EVENTS,
    _TOTALS,
    "INSERT INTO tessella.experiment_units " + _CELLS.format(counted="count(*)"),
    "INSERT INTO tessella.experiment_rewards " + _CELLS.format(counted="'conversion', count(*), count(*), count(*)"),
    _TRAFFIC,
    "VACUUM ANALYZE",
)
