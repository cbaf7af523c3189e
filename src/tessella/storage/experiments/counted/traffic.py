"""How many units come in a day, and have come so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.identifiers import ExperimentId, Namespace
from tessella.storage.connections.connecting import Connection

#: Of the hour that is now and the 23 before it.
_LAST_DAY: Final = """
SELECT coalesce(sum(users), 0)::bigint FROM tessella.experiment_traffic_stats
 WHERE namespace = %s AND experiment_id = %s AND hour > now() - interval '24 hours'
"""
_SO_FAR: Final = """
SELECT coalesce(sum(units), 0)::bigint FROM tessella.experiment_units
 WHERE namespace = %s AND experiment_id = %s AND dimension = %s
"""


async def last_day(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> int:
    """Units that were assigned in the last 24 hours, by whole hours."""
    return await _sum(connection, _LAST_DAY, [namespace, experiment_id])


async def so_far(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> int:
    """Units that were assigned, without the forced ones."""
    return await _sum(connection, _SO_FAR, [namespace, experiment_id, SEGMENT])


async def _sum(connection: Connection, statement: str, asked: Sequence[str]) -> int:
    found = await (await connection.execute(statement, asked)).fetchone()
    assert found is not None, "an aggregate gives a row"
    return int(found[0])
