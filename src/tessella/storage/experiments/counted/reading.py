"""Assignments as they are read afterwards, one after another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from tessella.domain.identifiers import ExperimentId, Namespace
from tessella.domain.privacy.consent import Whose
from tessella.ports.experiments import RewardedUnit
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.counted.assignments import ONE, read_assignment

#: Rows that are fetched at once.
_AT_ONCE: Final = 2_000
#: The planner takes row security to leave few rows, and would sort all of them before it gives the first one.
_BY_INDEX: Final = "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off"
#: Look-ups for each unit: as joins, rewards that the planner has no statistics of are all read again for each, and so
#: are settings.
_REWARDED: Final = f"""
SELECT {ONE}, coalesce((
           SELECT total::float8 FROM tessella.experiment_unit_rewards AS rewarded
            WHERE (rewarded.namespace, rewarded.experiment_id, rewarded.user_identifier, rewarded.metric)
                = (held.namespace, held.experiment_id, held.user_identifier, %(metric)s)), 0)
  FROM tessella.assignments AS held
 WHERE held.namespace = %(namespace)s AND held.experiment_id = %(experiment_id)s
   AND held.user_identifier > %(after)s
   AND coalesce((
           SELECT personalization_enabled AND (data_sharing_consent OR NOT %(shared)s)
             FROM tessella.personalization_settings AS settings
            WHERE (settings.namespace, settings.subject_id) = (held.namespace, held.user_identifier)), NOT %(shared)s)
 ORDER BY held.user_identifier
"""


async def rewarded_units(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, metric: str, after: str, whose: Whose
) -> AsyncIterator[RewardedUnit]:
    """All whose rows may be read, by user, from the first one after a user, each with its reward by a metric."""
    asked = {
        "namespace": namespace, "experiment_id": experiment_id, "metric": metric, "after": after,
        "shared": whose is Whose.SHARED,
    }  # fmt: skip
    await connection.execute(_BY_INDEX)
    async with connection.cursor(name="assignments") as cursor:
        cursor.itersize = _AT_ONCE
        async for written, total in await cursor.execute(_REWARDED, asked):
            yield RewardedUnit(read_assignment(written), total)
