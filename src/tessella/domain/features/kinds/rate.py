"""`rate`: the share of events that satisfy a condition."""

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
from tessella.domain.features.where import Where
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class Rate:
    """The share, 0 to 1, of the events in the window for which `where` holds; absent when there is no event.

    |{e : where(e)}| / |{e}| over the events of `event_type` in the window. No event is no share: 0 would say that the
    condition never holds.
    """

    events: Selection
    share: Where

    fits: ClassVar = frozenset({FeatureType.NUMBER})
    takes: ClassVar = SELECTION

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.unconditional_selection(), options.where())

    def readings(self) -> Iterable[FieldReading]:
        return self.share.readings.values()

    def value(self, events: Sequence[Event], as_of: Instant) -> float | None:
        counted = [self.share.holds(each, as_of) for each in self.events.of(events, as_of)]
        return sum(counted) / len(counted) if counted else None

    def sql(self, sql: EventSql) -> str:
        condition = sql.condition(self.events)
        held = f"count(*) FILTER (WHERE {condition} AND {sql.holds(self.share)})"
        return f"CAST({held} AS DOUBLE) / nullif(count(*) FILTER (WHERE {condition}), 0)"
