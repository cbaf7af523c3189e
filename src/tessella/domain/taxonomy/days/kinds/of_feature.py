"""A feature kind over the events of one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tessella.domain.features.event import Event
from tessella.domain.features.kinds.kind import EventSql, FeatureKind
from tessella.domain.features.kinds.options import Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.taxonomy.days.calendar import Calendar


@dataclass(frozen=True, slots=True)
class OfFeature:
    """What the feature kind says of a player's events, were those of the day all there are."""

    kind: FeatureKind

    @property
    def events(self) -> Selection:
        return self.kind.events

    def readings(self) -> Iterable[FieldReading]:
        return self.kind.readings()

    def value(self, events: Sequence[Event], calendar: Calendar) -> float | None:
        value = self.kind.value(events, calendar.end)
        assert not isinstance(value, str | tuple), "kinds of days are numbers"
        return None if value is None else float(value)

    def sql(self, sql: EventSql) -> str:
        return f"CAST({self.kind.sql(sql)} AS DOUBLE)"


@dataclass(frozen=True, slots=True)
class OfFeatureParser:
    """Makes one of a class of feature kinds. A window of days is no option: the day is the window."""

    kind: type[FeatureKind]

    @property
    def takes(self) -> tuple[str, ...]:
        return tuple(each for each in self.kind.takes if each != "window_days")

    def parse(self, options: Options) -> OfFeature:
        return OfFeature(self.kind.parse(options))
