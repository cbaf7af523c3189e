"""What personalization knows of subjects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.vector import FeatureVector
from tessella.storage.personalization import vectors as stored
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class VectorsPart(SessionBase):
    """`ports.session.Vectors` over PostgreSQL."""

    __slots__ = ()

    async def vector_of(self, user_id: SubjectId) -> FeatureVector | None:
        self._refuse_another(user_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            found = await stored.these(connection, self.caller.namespace, [user_id])
        return found.get(user_id)

    async def vectors_of(self, user_ids: Collection[SubjectId]) -> Mapping[SubjectId, FeatureVector]:
        async with self._administering() as connection:
            return await stored.these(connection, self.caller.namespace, user_ids)

    async def replace_vectors(self, vectors: Sequence[FeatureVector]) -> int:
        async with self._administering() as connection:
            return await stored.replace(connection, self.caller.namespace, vectors)

    async def last_vector(self, computed_at: Instant) -> SubjectId | None:
        async with self._administering() as connection:
            return await stored.last_of(connection, self.caller.namespace, computed_at)

    async def remove_opted_out_vectors(self) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await stored.remove_opted_out(connection, self.caller.namespace)

    async def stream_vectors(
        self, batch: int, after: SubjectId | None = None
    ) -> AsyncIterator[Sequence[FeatureVector]]:
        """Each block is read by itself: nothing is held open while the caller works on one."""
        last = after or SubjectId("")
        while True:
            async with self._administering() as connection:
                found = await stored.page(connection, self.caller.namespace, last, batch)
            if not found:
                return
            yield found
            last = found[-1].user_id
