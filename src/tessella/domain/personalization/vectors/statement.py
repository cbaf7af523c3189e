"""Vectors of all active subjects as one DuckDB statement over their events.

sqlglot is loaded with this module, which is therefore imported on first use only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.computation import EVENTS, EventTable
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant
from tessella.domain.personalization.vector import VECTOR_FIELDS, VECTOR_TYPES
from tessella.domain.personalization.vectors.formulas import ACTIVE_DAYS, Formula

_COLUMN_TYPES: Final[Mapping[FeatureType, str]] = {
    FeatureType.NUMBER: "DOUBLE",
    FeatureType.INTEGER: "INTEGER",
    FeatureType.STRING: "VARCHAR",
}


@dataclass(frozen=True, slots=True)
class VectorStatement:
    """Vectors as of a moment, by these formulas."""

    formulas: Sequence[Formula]
    as_of: Instant

    @property
    def table(self) -> EventTable:
        """The events that they are computed from."""
        return EventTable(tuple(each.kind for each in self.formulas), self.as_of)

    def since(self) -> Instant | None:
        """The earliest moment of an event that counts; None: all count."""
        days = [each.kind.events.window.days for each in self.formulas]
        known = [each for each in days if each is not None]
        return Instant(self.as_of - max(ACTIVE_DAYS, *known) * DAY_US) if len(known) == len(days) else None

    def sql(self, source: str = EVENTS) -> str:
        """A row for each subject with an event of the last 30 days.

        `user_id`, the fields (NULL: there were no events that tell, or the value is none that the field may have), and
        for each field `FIELD_dropped`: whether it is NULL for the latter.
        """
        table = self.table
        events = table.events()
        computed = ", ".join(f"{each.kind.sql(events)} AS {each.field}" for each in self.formulas)
        active = f"max(occurred_at) > {self.as_of - ACTIVE_DAYS * DAY_US:d}"
        return (
            f"WITH {table.typed(source)},\n"
            f"wide AS (SELECT subject_id, {computed} FROM typed GROUP BY subject_id HAVING {active})\n"
            f"SELECT subject_id AS user_id, {', '.join(map(_checked, self.formulas))},"
            f" {', '.join(map(_dropped, self.formulas))} FROM wide"
        )


def counts_sql(vectors: str) -> str:
    """One row over vectors: how many, how many without a fault, and for each field how many values were dropped."""
    dropped = [f"{each}_dropped" for each in VECTOR_FIELDS]
    faultless = f"count(*) FILTER (WHERE NOT ({' OR '.join(dropped)}))"
    return f"SELECT count(*), {faultless}, {', '.join(f'count_if({each})' for each in dropped)} FROM {vectors}"


def _checked(formula: Formula) -> str:
    kept = f"CASE WHEN {formula.range.sql(formula.field)} THEN {formula.field} END"
    return f"CAST({kept} AS {_COLUMN_TYPES[VECTOR_TYPES[formula.field]]}) AS {formula.field}"


def _dropped(formula: Formula) -> str:
    return f"({formula.field} IS NOT NULL AND NOT {formula.range.sql(formula.field)}) AS {formula.field}_dropped"
