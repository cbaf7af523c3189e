"""What a decision reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.identifiers import Instant, SubjectId
from tessella.ports import Known, StoredFact
from tessella.storage import consents, facts
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class ReadingPart(SessionBase):
    """`ports.session.Reading` over memory and PostgreSQL."""

    __slots__ = ()

    async def known(self, subject_id: SubjectId) -> Known:
        self._refuse_another(subject_id)
        return await self._parts.reader.get(self._loaded, subject_id)

    async def known_of(self, subject_ids: Sequence[SubjectId]) -> Mapping[SubjectId, Known]:
        for subject_id in subject_ids:
            self._refuse_another(subject_id)
        return dict(zip(subject_ids, await self._parts.reader.get_many(self._loaded, subject_ids), strict=True))

    async def withdrawn_since(self, moment: Instant) -> Sequence[SubjectId]:
        async with self._administering() as connection:
            return await consents.withdrawn_since(connection, self.caller.namespace, moment)

    async def stored_facts(self, subject_id: SubjectId) -> Sequence[StoredFact]:
        self._refuse_another(subject_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await facts.stored_facts(connection, self.caller.namespace, subject_id)
