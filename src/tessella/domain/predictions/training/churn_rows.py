"""Rows to learn churn from, counted from events as one DuckDB statement.

sqlglot is loaded with this module, which is therefore imported on first use only.
"""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.features.computation import EVENTS, Computation
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.training.columns import typed


@dataclass(frozen=True, slots=True)
class ChurnRows:
    """Everybody who was active in `active_days` before a cut; positive is who was not in `horizon_days` after it.

    A moment t is before the cut with cut - active < t <= cut, and after it with cut < t <= cut + horizon, as windows of
    features have it. Features are computed as of the cut: no later event counts for them.
    """

    setup: PredictionSetup
    #: As of the cut.
    computation: Computation

    def sql(self) -> str:
        """A row a subject, by name: subject_id, positive, and the features' values, numbered in their order."""
        values = typed((f"c{at}" for at in range(len(self.computation.kinds))), self.computation.types)
        return (
            f"WITH known AS ({self.computation.wide_sql()}),\n"
            f"lately AS ({activity_sql(self.setup, self.computation.as_of)})\n"
            f"SELECT subject_id, NOT is_kept AS positive, {', '.join(values)}\n"
            "FROM lately JOIN known USING (subject_id) WHERE was_active ORDER BY subject_id"
        )


def activity_sql(setup: PredictionSetup, cut: Instant) -> str:
    """Who was active before a cut or after it: subject_id, was_active, is_kept."""
    begin, end = cut - setup.active_days * DAY_US, cut + setup.horizon_days * DAY_US
    types = ", ".join(map(literal, setup.activity))
    return (
        f"SELECT subject_id, bool_or(occurred_at <= {cut:d}) AS was_active,"
        f" bool_or(occurred_at > {cut:d}) AS is_kept"
        f" FROM {EVENTS} WHERE event_type IN ({types}) AND occurred_at > {begin:d} AND occurred_at <= {end:d}"
        " GROUP BY subject_id"
    )
