"""What subjects have agreed to, as it is stored and changed."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator

from tessella.domain.identifiers import SubjectId
from tessella.domain.privacy.consent import Consent, ConsentChange, whole
from tessella.ports.privacy import ConsentCounts
from tessella.storage import consents
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class ConsentsPart(SessionBase):
    """`ports.session.Consents` over PostgreSQL."""

    __slots__ = ()

    async def stored_consent(self, subject_id: SubjectId) -> Consent:
        self._refuse_another(subject_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await consents.stored_consent(connection, self.caller.namespace, subject_id)

    async def set_consent(self, subject_id: SubjectId, consent: Consent) -> None:
        await self.change_consent(subject_id, whole(consent))

    async def change_consent(self, subject_id: SubjectId, change: ConsentChange) -> Consent:
        self._refuse_another(subject_id)
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            changed = await consents.change_consent(connection, self.caller.namespace, subject_id, change)
        self._parts.subjects.forget(self._loaded, [subject_id])
        self._parts.histories.forget(self._loaded, [subject_id])
        await self._parts.customer_rows.drop(self.caller.namespace, subject_id)
        return changed

    async def add_consents_csv(self, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            changed = await consents.add_consents_csv(connection, self.caller.namespace, rows)
        self._loaded.distrust()
        return changed

    async def consent_counts(self) -> ConsentCounts:
        async with self._administering() as connection:
            return await consents.consent_counts(connection, self.caller.namespace)

    async def somebody_shares(self) -> bool:
        async with self._administering() as connection:
            return await consents.somebody_shares(connection, self.caller.namespace)

    async def stream_sharing(self) -> AsyncIterator[bytes]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for piece in consents.stream_sharing(connection, self.caller.namespace):
                yield piece
