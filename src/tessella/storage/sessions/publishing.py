"""What is defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tessella.domain.definitions import Definitions, Kind
from tessella.ports import Change, StoredDefinition
from tessella.storage import definitions
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class PublishingPart(SessionBase):
    """`ports.session.Publishing` over PostgreSQL."""

    __slots__ = ()

    async def definitions(self) -> Definitions:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await definitions.stored_definitions(connection, self.caller.namespace)

    async def stored(self, kind: Kind) -> Sequence[StoredDefinition]:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await definitions.stored_of_kind(connection, self.caller.namespace, kind)

    async def stored_one(self, kind: Kind, identifier: str) -> StoredDefinition | None:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await definitions.stored_one(connection, self.caller.namespace, kind, identifier)

    async def publish(
        self, changes: Sequence[Change], *, check: Callable[[Definitions], None]
    ) -> Sequence[StoredDefinition]:
        caller = self.caller
        async with self._parts.database.transaction(scope_of(caller)) as connection:
            stored = await definitions.publish(connection, caller.namespace, changes, check, by=caller.role)
        await self._parts.snapshots.refresh(self._loaded)
        self._snapshot = self._loaded.snapshot
        return stored
