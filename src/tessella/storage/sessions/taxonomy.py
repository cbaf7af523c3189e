"""Taxonomies, the players in them, and where two systems differ."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.game import Game
from tessella.ports.taxonomy import Difference, PreparedTaxonomy, StoredTaxonomy, TaxonomyVersion
from tessella.storage.scope import scope_of, system
from tessella.storage.sessions.base import SessionBase
from tessella.storage.taxonomy import differences, refreshes, versions

if TYPE_CHECKING:
    from tessella.domain.taxonomy.anomaly.norms import Norms
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy


class TaxonomiesPart(SessionBase):
    """`ports.session.Taxonomies` and `Differences` over memory and PostgreSQL."""

    __slots__ = ()

    async def taxonomy(self, game: Game) -> PreparedTaxonomy | None:
        return await self._parts.taxonomies.taxonomy(self.caller.namespace, self._loaded.taxonomies, game)

    async def stored_taxonomy(self, game_id: GameId, version: int | None = None) -> StoredTaxonomy:
        async with self._administering() as connection:
            row = await versions.written(connection, self.caller.namespace, game_id, version)
        return await asyncio.to_thread(versions.read, row, game_id, version)

    async def taxonomies(self) -> Sequence[TaxonomyVersion]:
        async with self._administering() as connection:
            return await versions.newest(connection, self.caller.namespace)

    async def taxonomy_versions(self, game_id: GameId) -> Sequence[TaxonomyVersion]:
        async with self._administering() as connection:
            return await versions.all_of(connection, self.caller.namespace, game_id)

    async def store_taxonomy(self, game: Game, taxonomy: GameBehavioralTaxonomy, norms: Norms) -> None:
        document, written = await asyncio.to_thread(versions.documents, taxonomy, norms)
        async with self._administering() as connection:
            await versions.store(connection, self.caller.namespace, game, taxonomy, document, written)
        self._loaded.taxonomies.forget()

    @asynccontextmanager
    async def calibrating(self, game_id: GameId) -> AsyncIterator[bool]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            yield await refreshes.take_turn(connection, self.caller.namespace, game_id)

    async def add_differences(self, found: Sequence[Difference]) -> None:
        namespace = self.caller.namespace
        async with self._parts.database.transaction(system(namespace)) as connection:
            await differences.add(connection, namespace, found)

    async def differences(self, game_id: GameId, *, since: Instant, limit: int) -> Sequence[Difference]:
        async with self._administering() as connection:
            return await differences.since(connection, self.caller.namespace, game_id, since, limit)
