"""What comes in a few rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from tessella.domain.errors import TessellaError
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Pointer
from tessella.ports import EventsAdded, FactsAdded, StoredFact
from tessella.storage.events import ADD_EVENTS
from tessella.storage.facts import ADD_FACTS
from tessella.storage.sessions.written import WritingBase, refusals_of, row_of
from tessella.storage.writing.submissions import UNCHANGED, Outcome

#: An event that was this old when it came is late.
LATE_US: Final = 24 * 3600 * 1_000_000
_OCCURRED_AT: Final = attrgetter("occurred_at")


class IngestingPart(WritingBase):
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
            return EventsAdded(new, known, sorted([*refused, *refusals_of(outcome, at, event_ids)], key=row_of))

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
            rejected = sorted([*refused, *refusals_of(outcome, at)], key=row_of)
            return FactsAdded(outcome.count("changed") + outcome.count(UNCHANGED), outcome.count("changed"), rejected)

        added = told(await self._write(ADD_FACTS, facts, told))
        self._parts.subjects.forget(self._loaded, {fact.subject_id for fact in facts})
        self._parts.ingested.rejected_rows += len(added.rejected)
        return added

    def _late(self, events: Sequence[Event], outcome: Outcome) -> int:
        late = self.now() - LATE_US
        if min(map(_OCCURRED_AT, events), default=late) >= late:
            return 0
        return [word for event, word in zip(events, outcome, strict=True) if event.occurred_at < late].count("new")
