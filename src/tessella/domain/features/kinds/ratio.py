"""`ratio`: how many events there are for each event of another type."""

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
class Ratio:
    """The events that count, for each event of the type `of`: 0 to 1; absent when there is none of those.

    min(1, n / m): n events of `event_type`, m of the type `of`, both in the window and with `where`. It is at most 1,
    as one of the n may belong to one of the m from before the window.
    """

    events: Selection
    #: The same for the other type.
    of: Selection

    fits: ClassVar = frozenset({FeatureType.NUMBER})
    takes: ClassVar = (*SELECTION, "of")

    @classmethod
    def parse(cls, options: Options) -> Self:
        events = options.selection()
        return cls(events, Selection(options.other_type("of"), events.window, events.where))

    def readings(self) -> Iterable[FieldReading]:
        return ()

    def value(self, events: Sequence[Event], as_of: Instant) -> float | None:
        of = sum(1 for _ in self.of.of(events, as_of))
        return min(1.0, sum(1 for _ in self.events.of(events, as_of)) / of) if of else None

    def sql(self, sql: EventSql) -> str:
        counted, of = (f"count(*) FILTER (WHERE {sql.condition(each)})" for each in (self.events, self.of))
        return f"CASE WHEN {of} > 0 THEN least(1.0::DOUBLE, CAST({counted} AS DOUBLE) / {of}) END"
