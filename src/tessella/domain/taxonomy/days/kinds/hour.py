"""`hour`: when in the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from tessella.domain.features.event import Event
from tessella.domain.features.gate import HOUR_US
from tessella.domain.features.kinds.kind import EventSql
from tessella.domain.features.kinds.options import Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.taxonomy.days.calendar import Calendar

#: The column of the microseconds since midnight by the local clock.
CLOCK: Final = "clock_us"


@dataclass(frozen=True, slots=True)
class Hour:
    """The mean hour of the events that count, 0 to 24, by the clock where the game is; absent when there is none.

    sum of microseconds since midnight / n / 3,600,000,000. It is no circular mean: a day ends at midnight, so no event
    of it is near another one on the other side.
    """

    events: Selection

    takes: ClassVar = ("event_type", "where")

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection())

    def readings(self) -> Iterable[FieldReading]:
        return ()

    def value(self, events: Sequence[Event], calendar: Calendar) -> float | None:
        counted = [calendar.day_of(each.occurred_at)[1] for each in self.events.of(events, calendar.end)]
        return float(sum(counted)) / len(counted) / HOUR_US if counted else None

    def sql(self, sql: EventSql) -> str:
        condition = sql.condition(self.events)
        clocks = f"CAST(sum({CLOCK}) FILTER (WHERE {condition}) AS DOUBLE)"
        return f"{clocks} / nullif(count(*) FILTER (WHERE {condition}), 0) / {HOUR_US}.0::DOUBLE"
