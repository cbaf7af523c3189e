"""What a unit is counted under: SQL that assignments and rewards share."""

from __future__ import annotations

from typing import Final

#: The columns that units which were assigned alike have in common.
CELL: Final = "experiment_id, dimension, level, segment_key, policy_version, in_holdout, variant, cohort"
#: The dimensions of a unit, of its columns `segment_key` and `context`. What is not known of it is its own level.
DIMENSIONS: Final = """
LATERAL (VALUES ('segment', segment_key), ('source', coalesce(context ->> 'source', 'other')),
                ('device', coalesce(context ->> 'device', 'other'))) AS counted_by (dimension, level)"""
