"""`last_number`: the number that was told last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from tessella.domain.features.event import Event
from tessella.domain.features.kinds.kind import EventSql
from tessella.domain.features.kinds.options import SELECTION, Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class LastNumber:
    """A field of the latest of the events that count and have it; absent when none has it.

    Of several events of the same moment the largest number is taken.
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
        told = ((each.occurred_at, self.field.of(each)) for each in self.events.of(events, as_of))
        known = ((at, number) for at, number in told if isinstance(number, float))
        return max(known, default=(None, None))[1]

    def sql(self, sql: EventSql) -> str:
        number = sql.column(self.field)
        condition = f"{sql.condition(self.events)} AND {number} IS NOT NULL"
        return f"(max({{'at': occurred_at, 'number': {number}}}) FILTER (WHERE {condition})).number"
