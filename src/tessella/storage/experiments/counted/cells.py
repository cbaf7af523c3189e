"""What a unit is counted under: SQL that assignments and rewards share."""

from __future__ import annotations

from typing import Final

#: The columns that units which were assigned alike have in common.
CELL: Final = "experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort"
#: Units are summed up by these columns of theirs first: there are fewer of them than of units.
ALIKE: Final = "experiment_id, segment_key, policy_version, in_holdout, variant, cohort, source, device"
#: The dimensions of units that are summed up so.
DIMENSIONS: Final = """
LATERAL (VALUES ('segment', segment_key), ('source', source), ('device', device)) AS counted_by (dimension, level)"""
