"""`count`: how many events."""

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
class Count:
    """The number of events that count; 0 when there is none.

    >>> Count(Selection()).value([], Instant(0))
    0
    """

    events: Selection

    fits: ClassVar = frozenset({FeatureType.INTEGER, FeatureType.NUMBER})
    takes: ClassVar = SELECTION

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection())

    def readings(self) -> Iterable[FieldReading]:
        return ()

    def value(self, events: Sequence[Event], as_of: Instant) -> int:
        return sum(1 for _ in self.events.of(events, as_of))

    def sql(self, sql: EventSql) -> str:
        return f"count(*) FILTER (WHERE {sql.condition(self.events)})"
