"""What is to be defined."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.definitions import Kind
from tessella.ports import Change, Draft
from tessella.storage.definitions import drafts
from tessella.storage.sessions.base import SessionBase


class DraftingPart(SessionBase):
    """`ports.session.Drafting` over PostgreSQL."""

    __slots__ = ()

    async def drafts(self) -> Sequence[Draft]:
        async with self._administering() as connection:
            return await drafts.drafts(connection, self.caller.namespace)

    async def draft(self, kind: Kind, identifier: str) -> Draft | None:
        async with self._administering() as connection:
            return await drafts.draft(connection, self.caller.namespace, (kind, identifier))

    async def save_draft(self, change: Change) -> Draft:
        async with self._administering() as connection:
            return await drafts.save_draft(connection, self.caller.namespace, change, self.caller.role)

    async def delete_draft(self, kind: Kind, identifier: str) -> bool:
        async with self._administering() as connection:
            return await drafts.delete_draft(connection, self.caller.namespace, (kind, identifier))
