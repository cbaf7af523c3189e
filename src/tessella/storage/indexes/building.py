"""One version from its beginning to its publish, or to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tessella.domain.identifiers import Instant, Json
from tessella.domain.ranking.index.index import RankingIndex
from tessella.ports.clock import present
from tessella.ports.indexes import IndexCounts, StoredIndex
from tessella.storage.connections.database import Database
from tessella.storage.errors import DatabaseAway
from tessella.storage.horizons import Horizon, present_horizon
from tessella.storage.ids import new_id
from tessella.storage.indexes import pointers
from tessella.storage.indexes.errors import IndexBeingBuilt, IndexNotWritten
from tessella.storage.indexes.files import IndexFolder
from tessella.storage.indexes.manifest import Manifest
from tessella.storage.scope import Scope
from tessella.storage.versions.locks import lock


class IndexStore:
    """The versions of all namespaces: rows in the database, files in the folder."""

    def __init__(self, database: Database, folder: IndexFolder, *, keep: int) -> None:
        """The last `keep` versions of a namespace are kept."""
        self.database = database
        self.folder = folder
        self.keep = keep

    @asynccontextmanager
    async def building(self, scope: Scope, as_of: Instant) -> AsyncIterator[Build]:
        """Begin a version; what a build left behind that was killed is removed.

        The lock ends with its connection, and so with this process. Raises `IndexBeingBuilt`.
        """
        async with self.database.long_transaction(scope) as locked:
            if not await lock(locked, pointers.KIND, scope.namespace):
                raise IndexBeingBuilt(scope.namespace)
            build = await self._begin(scope, as_of)
            try:
                yield build
            finally:
                with suppress(DatabaseAway):  # the next build takes it for dead
                    await self._give_up(build)

    async def _begin(self, scope: Scope, as_of: Instant) -> Build:
        version = new_id()
        async with self.database.administering(scope) as connection:
            await pointers.begin(connection, scope.namespace, version, as_of)
            kept = await pointers.all_indexes(connection, scope.namespace)
            horizon = await present_horizon(connection)
        await asyncio.to_thread(self.folder.keep_only, scope.namespace, {each.version for each in kept})
        return Build(self, scope, version, as_of, horizon)

    async def _give_up(self, build: Build) -> None:
        async with self.database.administering(build.scope) as connection:
            await pointers.give_up(connection, build.scope.namespace, build.version)


@dataclass(frozen=True, slots=True)
class Build:
    """`ports.indexes.IndexBuild` over files and PostgreSQL."""

    store: IndexStore
    scope: Scope
    version: str
    as_of: Instant
    #: What of the catalogue could be seen before any item was read.
    horizon: Horizon

    async def publish(self, index: RankingIndex, counts: IndexCounts, settings: Mapping[str, Json]) -> StoredIndex:
        """See the port."""
        try:
            written, sha256 = await asyncio.to_thread(self._write, index, settings)
            async with self.store.database.administering(self.scope) as connection:
                stored = await pointers.publish(connection, written, sha256, counts, keep=self.store.keep)
                kept = await pointers.all_indexes(connection, self.scope.namespace)
            await asyncio.to_thread(self._tidy, {each.version for each in kept})
        except OSError as error:
            raise IndexNotWritten((error.strerror or str(error)).lower()) from error
        return stored

    def _write(self, index: RankingIndex, settings: Mapping[str, Json]) -> tuple[Manifest, str]:
        manifest = Manifest(
            self.scope.namespace, self.version, self.as_of, Instant(present()), self.horizon.snapshot,
            self.horizon.server, len(index.catalogue), settings, {},
        )  # fmt: skip
        return self.store.folder.write(index, manifest)

    def _tidy(self, kept: set[str]) -> None:
        self.store.folder.set_active(self.scope.namespace, self.version)
        self.store.folder.keep_only(self.scope.namespace, kept)
