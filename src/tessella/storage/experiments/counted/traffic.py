"""How many units come in a day."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import ExperimentId, Namespace
from tessella.storage.connections.connecting import Connection

#: Of the hour that is now and the 23 before it.
_LAST_DAY: Final = """
SELECT coalesce(sum(users), 0)::bigint FROM tessella.experiment_traffic_stats
 WHERE namespace = %s AND experiment_id = %s AND hour > now() - interval '24 hours'
"""


async def last_day(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> int:
    """Units that were assigned in the last 24 hours, by whole hours."""
    found = await (await connection.execute(_LAST_DAY, [namespace, experiment_id])).fetchone()
    assert found is not None, "an aggregate gives a row"
    return int(found[0])
