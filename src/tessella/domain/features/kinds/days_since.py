"""`days_since`: how long ago it happened last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.kinds.kind import EventSql
from tessella.domain.features.kinds.options import SELECTION, Options
from tessella.domain.features.kinds.selection import Selection
from tessella.domain.features.readings import FieldReading
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class DaysSince:
    """Days of 24 h from the latest event that counts to `as_of`, with fractions; absent when there is none.

    (as_of - t) / 86,400,000,000 us, 0 or more. It stands still between refreshes; `last_timestamp` does not.
    """

    events: Selection

    fits: ClassVar = frozenset({FeatureType.NUMBER})
    takes: ClassVar = SELECTION

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection())

    def readings(self) -> Iterable[FieldReading]:
        return ()

    def value(self, events: Sequence[Event], as_of: Instant) -> float | None:
        last = max((each.occurred_at for each in self.events.of(events, as_of)), default=None)
        return None if last is None else float(as_of - last) / DAY_US

    def sql(self, sql: EventSql) -> str:
        last = f"max(occurred_at) FILTER (WHERE {sql.condition(self.events)})"
        return f"CAST({sql.as_of:d} - {last} AS DOUBLE) / {DAY_US:d}"
