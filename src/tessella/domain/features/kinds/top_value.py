"""`top_value`: the most frequent value."""

from __future__ import annotations

from collections import Counter
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
class TopValue:
    """The text of a field that most of the events that count have; absent when none has one.

    Of texts that are equally frequent the first by code point is taken.
    """

    events: Selection
    #: A text.
    field: FieldReading

    fits: ClassVar = frozenset({FeatureType.STRING})
    takes: ClassVar = (*SELECTION, "field")

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection(), options.text())

    def readings(self) -> Iterable[FieldReading]:
        return (self.field,)

    def value(self, events: Sequence[Event], as_of: Instant) -> str | None:
        counted = Counter(self.field.texts(self.events.of(events, as_of)))
        return min(counted, key=lambda text: (-counted[text], text), default=None)

    def sql(self, sql: EventSql) -> str:
        counted = f"map_entries(histogram({sql.column(self.field)}) FILTER (WHERE {sql.condition(self.events)}))"
        ranked = f"list_transform({counted}, lambda e: {{'rank': -CAST(e.value AS BIGINT), 'text': e.key}})"
        return f"list_min({ranked}).text"
