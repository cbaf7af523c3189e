"""What is defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.snapshot import Snapshot
from tessella.ports import Change, Draft, Published, Restore, StoredDefinition
from tessella.storage.definitions import active, publishing
from tessella.storage.definitions.publishing import Publication
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class PublishingPart(SessionBase):
    """`ports.session.Publishing` over PostgreSQL."""

    __slots__ = ()

    async def definitions(self) -> Definitions:
        return (await self.present())[1]

    async def present(self) -> tuple[int, Definitions]:
        namespace = self.caller.namespace
        async with self._parts.database.administering(scope_of(self.caller)) as connection:
            version, held = await active.present_objects(connection, namespace, self._loaded.parsed)
        return version, held.definitions()

    async def stored(self, kind: Kind) -> Sequence[StoredDefinition]:
        async with self._parts.database.administering(scope_of(self.caller)) as connection:
            return await active.stored_of_kind(connection, self.caller.namespace, kind)

    async def stored_one(self, kind: Kind, identifier: str) -> StoredDefinition | None:
        async with self._parts.database.administering(scope_of(self.caller)) as connection:
            return await active.stored_one(connection, self.caller.namespace, kind, identifier)

    async def publish(
        self,
        changes: Sequence[Change | Restore],
        *,
        check: Callable[[Definitions], None],
        expected_snapshot: int | None = None,
        comment: str = "",
        drafts: Sequence[Draft] = (),
    ) -> Published:
        caller = self.caller
        publication = Publication(caller.role, comment, expected_snapshot, drafts)
        async with self._parts.database.administering(scope_of(caller)) as connection:
            published = await publishing.publish(
                connection, caller.namespace, changes, publication, check, self._loaded.parsed
            )
        await self._take_up()
        return published

    async def restore(self, version: int, *, expected_snapshot: int | None = None, comment: str = "") -> Published:
        publication = Publication(self.caller.role, comment, expected_snapshot)
        async with self._parts.database.administering(scope_of(self.caller)) as connection:
            published = await publishing.restore(connection, self.caller.namespace, version, publication)
        await self._take_up()
        return published

    async def _take_up(self) -> None:
        await self._parts.snapshots.refresh(self._loaded)
        self._snapshot = self._loaded.snapshot

    async def compiled(self, definitions: Definitions) -> Snapshot:
        return await self._parts.snapshots.compiled(self._loaded, definitions)
