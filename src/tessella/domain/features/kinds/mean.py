"""`mean`: the average value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from tessella.domain.features.event import Event
from tessella.domain.features.kinds.kind import EventSql
from tessella.domain.features.kinds.money import total, total_sql
from tessella.domain.features.kinds.options import SELECTION, Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class Mean:
    """The sum of a field divided by the number of events that have it; absent when none has.

    sum / n, with the sum of `sum`. An event that counts but lacks the field is not in n.
    """

    events: Selection
    #: A number.
    field: FieldReading

    fits: ClassVar = frozenset({FeatureType.NUMBER})
    takes: ClassVar = (*SELECTION, "field")

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection(), options.number())

    def readings(self) -> Iterable[FieldReading]:
        return (self.field,)

    def value(self, events: Sequence[Event], as_of: Instant) -> float | None:
        numbers = list(self.field.numbers(self.events.of(events, as_of)))
        return total(numbers) / len(numbers) if numbers else None

    def sql(self, sql: EventSql) -> str:
        column, condition = sql.column(self.field), sql.condition(self.events)
        return f"{total_sql(column, condition)} / nullif(count({column}) FILTER (WHERE {condition}), 0)"
