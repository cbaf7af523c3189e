"""What comes in a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, Final, TypeVar

from tessella.domain.errors import TessellaError
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Pointer, point
from tessella.ports import EventsAdded, FactsAdded, StoredFact
from tessella.storage.errors import EventConflict
from tessella.storage.events import ADD_EVENTS
from tessella.storage.facts import ADD_FACTS
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase
from tessella.storage.writing.submissions import UNCHANGED, Insert, Outcome

T = TypeVar("T", EventsAdded, FactsAdded)

#: An event that was this old when it came is late.
LATE_US: Final = 24 * 3600 * 1_000_000


class IngestingPart(SessionBase):
    """`ports.session.Ingesting` over the group-commit writer."""

    __slots__ = ()

    async def add_events(
        self, events: Sequence[Event], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
    ) -> EventsAdded:
        def told(outcome: Outcome) -> EventsAdded:
            new, known = outcome.count("new"), outcome.count(UNCHANGED)
            if new + known == len(outcome) and not refused:
                return EventsAdded(new, known)
            event_ids = [event.event_id for event in events]
            return EventsAdded(new, known, sorted([*refused, *_rejected(outcome, at, event_ids)], key=_row))

        outcome = await self._write(ADD_EVENTS, events, told)
        added = told(outcome)
        self._parts.histories.forget(self._loaded, {event.subject_id for event in events})
        self._parts.ingested.late_events += self._late(events, outcome)
        self._parts.ingested.rejected_rows += len(added.rejected)
        return added

    async def add_facts(
        self, facts: Sequence[StoredFact], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
    ) -> FactsAdded:
        def told(outcome: Outcome) -> FactsAdded:
            rejected = sorted([*refused, *_rejected(outcome, at)], key=_row)
            return FactsAdded(outcome.count("changed") + outcome.count(UNCHANGED), outcome.count("changed"), rejected)

        added = told(await self._write(ADD_FACTS, facts, told))
        self._parts.subjects.forget(self._loaded, {fact.subject_id for fact in facts})
        self._parts.ingested.rejected_rows += len(added.rejected)
        return added

    async def _write(self, insert: Insert, rows: Sequence[Any], told: Callable[[Outcome], T]) -> Outcome:
        if not rows:
            return []
        self._parts.database.presence.refuse_while_away()
        once = None if self._once is None else self._once.after(told)
        size = len(insert.encode(rows))
        return await self._parts.writer.write(scope_of(self.caller), insert, rows, size=size, once=once)

    def _late(self, events: Sequence[Event], outcome: Outcome) -> int:
        late = self.now() - LATE_US
        return [word for event, word in zip(events, outcome, strict=True) if event.occurred_at < late].count("new")


def _rejected(outcome: Outcome, at: Sequence[Pointer], names: Sequence[str] = ()) -> Iterator[TessellaError]:
    """An error with its pointer for each row that was refused."""
    for position, word in enumerate(outcome):
        if word == "conflict":
            error: TessellaError = EventConflict(names[position])
        elif isinstance(word, TessellaError):
            error = copy(word)
        else:
            continue
        error.pointer = at[position] if at else point("", position)
        yield error


def _row(error: TessellaError) -> int:
    """The position of the row that an error points at: the first number of its pointer."""
    return next((int(step) for step in error.pointer.split("/") if step.isdecimal()), 0)
