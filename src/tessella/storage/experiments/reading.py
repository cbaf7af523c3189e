"""Assignments as they are read afterwards: one after another, and the contexts of the newest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import msgspec

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.identifiers import ExperimentId, Json, Namespace
from tessella.ports.experiments import RewardedUnit
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.assignments import ONE, read_assignment

#: Rows that are fetched at once.
_AT_ONCE: Final = 2_000
_OF: Final = "held.namespace = %(namespace)s AND held.experiment_id = %(experiment_id)s"
#: The planner takes row security to leave few rows, and would sort all of them before it gives the first one.
_BY_INDEX: Final = "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off"
_AFTER: Final = f"""
SELECT {ONE} FROM tessella.assignments AS held
 WHERE {_OF} AND user_identifier > %(after)s ORDER BY user_identifier
"""
#: A look-up for each unit: as a join, rewards that the planner has no statistics of are all read again for each.
_REWARDED: Final = f"""
SELECT {ONE}, coalesce((
           SELECT total FROM tessella.experiment_unit_rewards AS rewarded
            WHERE (rewarded.namespace, rewarded.experiment_id, rewarded.user_identifier, rewarded.metric)
                = (held.namespace, held.experiment_id, held.user_identifier, %(metric)s)), 0)
  FROM tessella.assignments AS held
 WHERE {_OF} AND held.user_identifier > %(after)s ORDER BY held.user_identifier
"""
#: The hour from which on enough units were assigned, as they were counted. What is older need not be looked at.
_CONTEXTS: Final = f"""
WITH hours AS (
SELECT hour, sum(users) OVER (ORDER BY hour DESC) AS so_far FROM tessella.experiment_traffic_stats
 WHERE namespace = %(namespace)s AND experiment_id = %(experiment_id)s
), since AS (
SELECT coalesce(max(hour) FILTER (WHERE so_far >= %(limit)s), min(hour)) AS hour FROM hours
)
SELECT context::text FROM tessella.assignments AS held
 WHERE {_OF} AND NOT forced AND assigned_at >= (SELECT hour FROM since)
 ORDER BY assigned_at DESC LIMIT %(limit)s
"""


async def assignments_after(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, after: str
) -> AsyncIterator[Assignment]:
    """All by user, from the first one after a user."""
    asked = {"namespace": namespace, "experiment_id": experiment_id, "after": after}
    async for (written,) in _rows(connection, _AFTER, asked):
        yield read_assignment(written)


async def rewarded_units(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, metric: str, after: str
) -> AsyncIterator[RewardedUnit]:
    """The same with their rewards by a metric."""
    asked = {"namespace": namespace, "experiment_id": experiment_id, "metric": metric, "after": after}
    async for written, total in _rows(connection, _REWARDED, asked):
        yield RewardedUnit(read_assignment(written), total)


async def newest_contexts(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, limit: int
) -> list[Mapping[str, Json]]:
    """The contexts of the newest assignments that are analysed."""
    asked = {"namespace": namespace, "experiment_id": experiment_id, "limit": limit}
    found = await connection.execute(_CONTEXTS, asked)
    return [msgspec.json.decode(written) for (written,) in await found.fetchall()]


async def _rows(connection: Connection, query: str, asked: Mapping[str, Any]) -> AsyncIterator[Any]:
    await connection.execute(_BY_INDEX)
    async with connection.cursor(name="assignments") as cursor:
        cursor.itersize = _AT_ONCE
        async for row in await cursor.execute(query, asked):
            yield row
