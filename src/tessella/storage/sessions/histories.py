"""What a subject did with items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.ranking.subject.events import SubjectEvents
from tessella.storage import histories
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class HistoriesPart(SessionBase):
    """`ports.session.Histories` over memory and PostgreSQL."""

    __slots__ = ()

    async def history(self, subject_id: SubjectId) -> SubjectEvents:
        self._refuse_another(subject_id)
        return (await self._parts.history_reader.get(self._loaded, subject_id)).events

    async def histories(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, SubjectEvents]:
        for subject_id in subject_ids:
            self._refuse_another(subject_id)
        known = await self._parts.history_reader.get_many(self._loaded, subject_ids)
        return {subject_id: each.events for subject_id, each in zip(subject_ids, known, strict=True)}

    async def history_received_by(self, subject_id: SubjectId, until: Instant) -> SubjectEvents:
        self._refuse_another(subject_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await histories.history_received_by(connection, self.caller.namespace, subject_id, until)
