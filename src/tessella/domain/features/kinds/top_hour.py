"""`top_hour`: the hour of the day in which most happens."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from tessella.domain.features.event import Event
from tessella.domain.features.gate import TIMESTAMP_MIN
from tessella.domain.features.kinds.kind import EventSql
from tessella.domain.features.kinds.options import SELECTION, Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant

#: Zones of the earth are so many hours from UTC, at least and at most.
EARLIEST_ZONE: Final = -12.0
LATEST_ZONE: Final = 14.0
_MINUTE_US: Final = 60_000_000
_DAY_MINUTES: Final = 1_440


@dataclass(frozen=True, slots=True)
class TopHour:
    """The hour of the day, 0 to 23, in which most of the events that count took place; absent when there is none.

    The hour is that of the clock where the event took place, if `field` says how many hours it is from UTC, -12 to 14;
    else it is that of UTC. Of hours that are equally frequent the first is taken.
    """

    events: Selection
    #: A number: hours from UTC; None: UTC.
    field: FieldReading | None

    fits: ClassVar = frozenset({FeatureType.INTEGER, FeatureType.NUMBER})
    takes: ClassVar = (*SELECTION, "field")

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection(), options.number() if options.has("field") else None)

    def readings(self) -> Iterable[FieldReading]:
        return () if self.field is None else (self.field,)

    def value(self, events: Sequence[Event], as_of: Instant) -> int | None:
        counted = Counter(map(self._hour, self.events.of(events, as_of)))
        return min(counted, key=lambda hour: (-counted[hour], hour), default=None)

    def _hour(self, event: Event) -> int:
        held = None if self.field is None else self.field.of(event)
        known = isinstance(held, float) and EARLIEST_ZONE <= held <= LATEST_ZONE
        minutes = math.floor(held * 60 + 0.5) if known and isinstance(held, float) else 0
        return ((event.occurred_at - TIMESTAMP_MIN) // _MINUTE_US + _DAY_MINUTES + minutes) // 60 % 24

    def sql(self, sql: EventSql) -> str:
        minutes = f"(occurred_at - {TIMESTAMP_MIN:d}) // {_MINUTE_US} + {_DAY_MINUTES}"
        if self.field is not None:
            held = sql.column(self.field)
            known = f"{held} BETWEEN {EARLIEST_ZONE} AND {LATEST_ZONE}"
            ahead = f"CAST(floor({held} * 60.0::DOUBLE + 0.5::DOUBLE) AS BIGINT)"
            minutes = f"{minutes} + CASE WHEN {known} THEN {ahead} ELSE 0 END"
        condition = sql.condition(self.events)
        counted = f"map_entries(histogram(({minutes}) // 60 % 24) FILTER (WHERE {condition}))"
        ranked = f"list_transform({counted}, lambda e: {{'rank': -CAST(e.value AS BIGINT), 'hour': e.key}})"
        return f"list_min({ranked}).hour"
