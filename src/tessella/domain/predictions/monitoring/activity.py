"""Who was active before a moment and who after it, over events as a DuckDB table.

sqlglot is loaded with this module, which is therefore imported on first use only.
"""

from __future__ import annotations

from typing import Final

from tessella.domain.features.computation import LOADED
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.training.churn_rows import activity_sql

#: The fields of events that are loaded into the table `EVENTS`, and their DuckDB types.
COLUMNS: Final = {name: LOADED.get(name, "VARCHAR") for name in ("subject_id", "occurred_at", "event_type")}


def active_sql(setup: PredictionSetup, moment: Instant) -> str:
    """Those that a prediction is about: subject_id, and is_kept, whether they were active in the horizon after it."""
    return f"SELECT subject_id, is_kept FROM ({activity_sql(setup, moment)}) WHERE was_active ORDER BY subject_id"
