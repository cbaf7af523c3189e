"""`last_timestamp`: when it happened last."""

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
class LastTimestamp:
    """The time of the latest event that counts; absent when there is none.

    With `gte_days_since` in a rule it moves on with the clock between two refreshes; `days_since` does not.
    """

    events: Selection

    fits: ClassVar = frozenset({FeatureType.TIMESTAMP})
    takes: ClassVar = SELECTION

    @classmethod
    def parse(cls, options: Options) -> Self:
        return cls(options.selection())

    def readings(self) -> Iterable[FieldReading]:
        return ()

    def value(self, events: Sequence[Event], as_of: Instant) -> Instant | None:
        return max((each.occurred_at for each in self.events.of(events, as_of)), default=None)

    def sql(self, sql: EventSql) -> str:
        return f"max(occurred_at) FILTER (WHERE {sql.condition(self.events)})"
