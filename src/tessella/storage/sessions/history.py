"""What was defined."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.definitions import Definitions, Kind
from tessella.ports import Differing, Publish, PublishedChange, StoredVersion
from tessella.storage.definitions import history
from tessella.storage.sessions.base import SessionBase


class HistoryPart(SessionBase):
    """`ports.session.History` over PostgreSQL."""

    __slots__ = ()

    async def definitions_at(self, version: int) -> Definitions:
        namespace = self.caller.namespace
        async with self._administering() as connection:
            held = await history.objects_at(connection, namespace, version, self._loaded.parsed)
        return held.definitions()

    async def differing(self, before: int, after: int) -> Sequence[Differing]:
        async with self._administering() as connection:
            return await history.differing(connection, self.caller.namespace, before, after)

    async def publishes(self, *, limit: int, below: int | None) -> Sequence[Publish]:
        async with self._administering() as connection:
            return await history.publishes(connection, self.caller.namespace, limit, below)

    async def publish_at(self, version: int) -> tuple[Publish, Sequence[PublishedChange]] | None:
        async with self._administering() as connection:
            return await history.publish_at(connection, self.caller.namespace, version)

    async def versions(self, kind: Kind, identifier: str, *, limit: int, below: int | None) -> Sequence[StoredVersion]:
        async with self._administering() as connection:
            return await history.versions(connection, self.caller.namespace, (kind, identifier), limit, below)

    async def version(self, kind: Kind, identifier: str, version: int) -> StoredVersion | None:
        async with self._administering() as connection:
            return await history.version(connection, self.caller.namespace, (kind, identifier), version)
