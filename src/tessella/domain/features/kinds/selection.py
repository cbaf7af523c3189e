"""Which events of a subject a feature is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tessella.domain.features.event import Event
from tessella.domain.features.where import Where
from tessella.domain.features.windows import EVER, Window
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class Selection:
    """The events of one type, in a window of time, that satisfy a condition."""

    #: None: of any type.
    event_type: str | None = None
    window: Window = EVER
    #: None: without a condition.
    where: Where | None = None

    def of(self, events: Sequence[Event], as_of: Instant) -> Iterator[Event]:
        """Those of a subject's events that count."""
        return (each for each in events if self.holds(each, as_of))

    def holds(self, event: Event, as_of: Instant) -> bool:
        """Whether one event counts."""
        return (
            self.event_type in (None, event.event_type)
            and self.window.holds(event.occurred_at, as_of)
            and (self.where is None or self.where.holds(event, as_of))
        )
