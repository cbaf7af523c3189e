"""What was counted of an experiment, and how it is kept short: cohorts that are mature are summed up in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from tessella.domain.experiments.tally import MERGED, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import ExperimentId, Instant, Namespace
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.counted.cells import ADD_REWARDS, ADD_UNITS, CELL
from tessella.storage.experiments.counted.rewards import BUCKETS
from tessella.storage.times import micros, timestamptz

_OF: Final = "namespace = %(namespace)s AND experiment_id = %(experiment_id)s"
_CELL: Final = f"dimension, level, segment_key, policy_version, in_holdout, variant, {micros('cohort')}"
_UNITS: Final = f"""
SELECT {_CELL}, units::float8 FROM tessella.experiment_units
 WHERE {_OF} AND dimension = %(dimension)s ORDER BY {CELL}
"""
_REWARDS: Final = f"""
SELECT {_CELL}, metric, rewarded::float8, total::float8, squares::float8 FROM tessella.experiment_rewards
 WHERE {_OF} AND dimension = %(dimension)s ORDER BY {CELL}, metric
"""
_DELAYS: Final = f"SELECT metric, bucket, count::float8 FROM tessella.experiment_delays WHERE {_OF}"

_MERGED: Final = timestamptz(f"{MERGED}::bigint")
_ALIKE: Final = CELL.replace("cohort", f"{_MERGED} AS cohort")
_MATURE: Final = f"{_OF} AND cohort > {_MERGED} AND cohort < {timestamptz('%(before)s::bigint')}"
#: Locked in the order in which the writer locks them: no deadlocks. A reward that is on its way is counted in a row of
#: its own again, which the next round takes.
_LOCK: Final = f"SELECT 1 FROM tessella.{{table}} WHERE {_MATURE} ORDER BY {CELL}{{more}} FOR UPDATE"
_MERGE_UNITS: Final = f"""
WITH taken AS (DELETE FROM tessella.experiment_units WHERE {_MATURE} RETURNING *)
INSERT INTO tessella.experiment_units AS counted (namespace, {CELL}, units)
SELECT namespace, {_ALIKE}, sum(units) FROM taken GROUP BY namespace, {CELL.replace(", cohort", "")}
{ADD_UNITS}
"""
_MERGE_REWARDS: Final = f"""
WITH taken AS (DELETE FROM tessella.experiment_rewards WHERE {_MATURE} RETURNING *)
INSERT INTO tessella.experiment_rewards AS counted (namespace, {CELL}, metric, rewarded, total, squares)
SELECT namespace, {_ALIKE}, metric, sum(rewarded), sum(total), sum(squares)
  FROM taken GROUP BY namespace, {CELL.replace(", cohort", "")}, metric {ADD_REWARDS}
"""


async def tally(connection: Connection, namespace: Namespace, experiment_id: ExperimentId, dimension: str) -> Tally:
    """All that was counted by a dimension."""
    asked = {"namespace": namespace, "experiment_id": experiment_id, "dimension": dimension}
    units = await connection.execute(_UNITS, asked)
    rewards = await connection.execute(_REWARDS, asked)
    delays = await connection.execute(_DELAYS, asked)
    return Tally(
        [UnitCell(*row) for row in await units.fetchall()],
        [RewardCell(*row) for row in await rewards.fetchall()],
        _delays(await delays.fetchall()),
    )


async def merge_mature(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, before: Instant
) -> None:
    """Sum up the cohorts that began before a moment."""
    asked = {"namespace": namespace, "experiment_id": experiment_id, "before": before}
    await connection.execute(_LOCK.format(table="experiment_units", more=""), asked)
    await connection.execute(_MERGE_UNITS, asked)
    await connection.execute(_LOCK.format(table="experiment_rewards", more=", metric"), asked)
    await connection.execute(_MERGE_REWARDS, asked)


def _delays(rows: Sequence[tuple[str, int, float]]) -> Mapping[str, Sequence[float]]:
    by_metric: dict[str, list[float]] = defaultdict(lambda: [0.0] * BUCKETS)
    for metric, bucket, count in rows:
        by_metric[metric][bucket] = count
    return dict(by_metric)
