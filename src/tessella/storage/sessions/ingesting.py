"""What comes in a few rows at a time."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.features.event import Event
from tessella.ports import StoredFact
from tessella.storage import facts
from tessella.storage.events import add_events
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class IngestingPart(SessionBase):
    """`ports.session.Ingesting` over the group-commit writer."""

    __slots__ = ()

    async def add_events(self, events: Sequence[Event]) -> int:
        return await add_events(self._parts.writer, scope_of(self.caller), events)

    async def add_facts(self, stored: Sequence[StoredFact]) -> int:
        changed = await self._parts.writer.write(scope_of(self.caller), facts.ADD_FACTS, stored)
        self._parts.reader.subjects.forget(self._loaded, {fact.subject_id for fact in stored})
        return len(changed)
