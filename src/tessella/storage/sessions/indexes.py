"""What is ranked from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.ports.indexes import IndexBuild, StoredIndex
from tessella.storage.indexes import pointers
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class IndexesPart(SessionBase):
    """`ports.session.Indexes` over memory, files and PostgreSQL."""

    __slots__ = ()

    async def index(self) -> RankingIndex | None:
        return await self._parts.indexes.index(self.caller.namespace, self._loaded.index)

    def index_progress(self) -> float | None:
        return self._loaded.index.built_share

    async def index_at(self, version: str) -> RankingIndex:
        async with self._administering() as connection:
            sha256 = await pointers.manifest_of(connection, self.caller.namespace, version)
        return await self._parts.indexes.index_at(self.caller.namespace, version, sha256)

    async def indexes(self) -> Sequence[StoredIndex]:
        async with self._administering() as connection:
            return await pointers.all_indexes(connection, self.caller.namespace)

    async def stored_index(self, version: str) -> StoredIndex:
        async with self._administering() as connection:
            return await pointers.one_index(connection, self.caller.namespace, version)

    def building_index(self, as_of: Instant) -> AbstractAsyncContextManager[IndexBuild]:
        return self._parts.index_store.building(scope_of(self.caller), as_of)
