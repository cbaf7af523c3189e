"""What is known of one subject, for who has a right to know."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tessella.domain.identifiers import SubjectId
from tessella.domain.privacy.disclosure import SEE_ALL
from tessella.storage.privacy.access import all_of, stream_rows
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class AccessPart(SessionBase):
    """`ports.session.Access` over PostgreSQL: administrators read as a role that reaches that one subject."""

    __slots__ = ()

    async def stream_subject_rows(self, subject_id: SubjectId) -> AsyncIterator[tuple[str, str]]:
        self._refuse_another(subject_id)
        namespace = self.caller.namespace
        scope = all_of(namespace, subject_id) if self.caller.role in SEE_ALL else scope_of(self.caller)
        hashes = self._parts.privacy.pseudonyms(namespace, subject_id)
        async with self._parts.database.long_transaction(scope) as connection:
            async for each in stream_rows(connection, scope, subject_id, hashes):
                yield each
