"""The levels that units of experiments are counted under, whichever process counted them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.identifiers import ExperimentId, Namespace
from tessella.storage.connections.connecting import Connection

#: An experiment, a dimension, and a level of it.
Level = tuple[ExperimentId, str, str]

#: From each level to the next one by the index: of the many rows of a level one is read.
_LEVELS: Final = """
WITH RECURSIVE known (experiment_id, dimension, level) AS (
SELECT each COLLATE "C", '' COLLATE "C", '' COLLATE "C"
  FROM unnest(coalesce(%(experiment_ids)s::text[], ARRAY(
       SELECT DISTINCT experiment_id FROM tessella.experiment_traffic_stats WHERE namespace = %(namespace)s))) AS each
 UNION ALL
SELECT following.* FROM known, LATERAL (
       SELECT experiment_id, dimension, level FROM tessella.experiment_units AS each
        WHERE each.namespace = %(namespace)s AND each.experiment_id = known.experiment_id
          AND (each.dimension, each.level) > (known.dimension, known.level)
        ORDER BY dimension, level LIMIT 1) AS following
)
SELECT experiment_id, dimension, level FROM known WHERE dimension <> ''
"""


async def stored_levels(
    connection: Connection, namespace: Namespace, experiment_ids: Sequence[ExperimentId] | None
) -> list[Level]:
    """Those of some experiments; None: of all."""
    asked = {"namespace": namespace, "experiment_ids": None if experiment_ids is None else list(experiment_ids)}
    return await (await connection.execute(_LEVELS, asked)).fetchall()
