"""`distinct_count`: how many different values."""

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
class DistinctCount:
    """The number of different texts of a field among the events that count; 0 when none has one."""

    events: Selection
    #: A text.
    field: FieldReading

    fits: ClassVar = frozenset({FeatureType.INTEGER, FeatureType.NUMBER})
    takes: ClassVar = (*SELECTION, "field")

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection(), options.text())

    def readings(self) -> Iterable[FieldReading]:
        return (self.field,)

    def value(self, events: Sequence[Event], as_of: Instant) -> int:
        return len(set(self.field.texts(self.events.of(events, as_of))))

    def sql(self, sql: EventSql) -> str:
        return f"count(DISTINCT {sql.column(self.field)}) FILTER (WHERE {sql.condition(self.events)})"
