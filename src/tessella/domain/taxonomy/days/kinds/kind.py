"""What every kind of a day's metric has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from tessella.domain.features.event import Event
from tessella.domain.features.kinds.kind import EventSql
from tessella.domain.features.kinds.options import Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.taxonomy.days.calendar import Calendar
from tessella.domain.taxonomy.days.kinds.gap import Gap


class EventDayKind(Protocol):
    """A metric of a day that is told from the player's events of that day: one file here, one line in the registry."""

    @property
    def events(self) -> Selection:
        """The events that count; one of them makes a day of the player's."""
        ...

    def readings(self) -> Iterable[FieldReading]:
        """What it reads of an event, apart from its selection."""
        ...

    def value(self, events: Sequence[Event], calendar: Calendar) -> float | None:
        """The value from a player's events of one day, None when it is absent: the reference meaning."""
        ...

    def sql(self, sql: EventSql) -> str:
        """A DOUBLE aggregate of DuckDB over such events with the same meaning, NULL when it is absent."""
        ...


#: `Gap` reads days instead.
DayKind = EventDayKind | Gap


class DayKindParser(Protocol):
    """How a kind is made of its options."""

    @property
    def takes(self) -> tuple[str, ...]:
        """The options that it takes beside `kind`."""
        ...

    def parse(self, options: Options) -> DayKind:
        """The kind. Raises `WrongShape` and what `parse_where` raises."""
        ...
