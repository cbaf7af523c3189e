"""`sum`: all values added."""

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
class Sum:
    """The sum of a field over the events that count; 0 when no such event has a value.

    Each value is rounded to millionths before it is added, as money is: the sum is the same in any order.
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

    def value(self, events: Sequence[Event], as_of: Instant) -> float:
        return total(self.field.numbers(self.events.of(events, as_of)))

    def sql(self, sql: EventSql) -> str:
        return f"coalesce({total_sql(sql.column(self.field), sql.condition(self.events))}, 0.0::DOUBLE)"
