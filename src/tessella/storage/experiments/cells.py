"""What a unit is counted under: SQL that assignments and rewards share."""

from __future__ import annotations

from typing import Final

#: The columns that units which were assigned alike have in common.
CELL: Final = "experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort"
_OWN: Final = "experiment_id, segment_key, policy_version, in_holdout, variant, cohort"
#: Units are summed up by these first, of their columns and `context`: there are fewer of them than of units.
ALIKE: Final = f"{_OWN}, context ->> 'source' AS source, context ->> 'device' AS device"
ALIKE_BY: Final = f"{_OWN}, source, device"
#: The dimensions of units that are summed up so. What is not known of a unit is a level of its own.
DIMENSIONS: Final = """
LATERAL (VALUES ('segment', segment_key), ('source', coalesce(source, 'other')),
                ('device', coalesce(device, 'other'))) AS counted_by (dimension, level)"""
