"""What a unit is counted under: SQL that assignments and rewards share."""

from __future__ import annotations

from typing import Final

#: The columns that units which were assigned alike have in common.
CELL: Final = "experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort"
_ALIKE: Final = "segment_key, policy_version, in_holdout, variant, cohort"
#: Its columns of units that are grouped by `BY_CELL`.
CELL_OF_UNITS: Final = f"""
       experiment_id,
       CASE WHEN grouping(source) = 0 THEN 'source' WHEN grouping(device) = 0 THEN 'device' ELSE 'segment'
            END AS dimension,
       coalesce(source, device, segment_key) AS level, {_ALIKE}"""
#: Each unit is counted once by its segment, once by its source, and once by its device.
BY_CELL: Final = f"experiment_id, {_ALIKE}, GROUPING SETS ((), (source), (device))"
#: How counts are added to those that a cell of the table `counted` has already.
ADD_UNITS: Final = f"ON CONFLICT (namespace, {CELL}) DO UPDATE SET units = counted.units + excluded.units"
ADD_REWARDS: Final = f"""
ON CONFLICT (namespace, {CELL}, metric) DO UPDATE
   SET rewarded = counted.rewarded + excluded.rewarded, total = counted.total + excluded.total,
       squares = counted.squares + excluded.squares"""
