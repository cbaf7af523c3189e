"""Rows to learn from who accepts an offer: exposures, with what was known of the subject before.

sqlglot is loaded with this module, which is therefore imported on first use only.
"""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.features.computation import Computation
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.training.columns import typed
from tessella.domain.predictions.training.exposures import Exposures


@dataclass(frozen=True, slots=True)
class OfferRows:
    """The exposures of a period. Features are those of the moment before it: no exposure or answer of it counts."""

    exposures: Exposures
    #: As of the last microsecond before the period.
    computation: Computation
    #: What was shown from here on is of the next period.
    end: Instant

    def fields(self) -> list[str]:
        """The fields of an event that have to be loaded, in the order of `columns`."""
        known = self.computation.columns()
        read = zip(self.exposures.columns(), self.exposures.fields(), strict=True)
        return [*self.computation.fields(), *(field for column, field in read if column not in known)]

    def columns(self) -> dict[str, str]:
        """The columns of the table `EVENTS`, and their DuckDB types."""
        return self.computation.columns() | self.exposures.columns()

    def sql(self) -> str:
        """A row an exposure, by name: subject_id, offer_id, positive, and the features' values, numbered.

        Of a subject of whom nothing was known all features are NULL.
        """
        values = typed((f"c{at}" for at in range(len(self.computation.kinds))), self.computation.types)
        is_of_period = f"shown_at > {self.computation.as_of:d} AND shown_at < {self.end:d}"
        return (
            f"WITH known AS ({self.computation.wide_sql()}),\nshown AS ({self.exposures.sql()})\n"
            f"SELECT subject_id, offer_id, positive, {', '.join(values)}\n"
            f"FROM shown LEFT JOIN known USING (subject_id) WHERE {is_of_period}\n"
            "ORDER BY shown_at, subject_id, offer_id"
        )
