"""Serves the active index of each namespace: a newer one is loaded beside it, and one reference is swapped."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.overlay import laid_over
from tessella.logs import get_logger
from tessella.storage.background import begin, end
from tessella.storage.connections.database import Database
from tessella.storage.errors import DatabaseAway
from tessella.storage.horizons import Horizon, present_horizon, since
from tessella.storage.indexes import pointers
from tessella.storage.indexes.errors import IndexUnusable
from tessella.storage.indexes.files import IndexFolder
from tessella.storage.indexes.loaded import ActiveIndex, LoadedIndex, Serving
from tessella.storage.items.reading import changed_items
from tessella.storage.scope import system

#: Past versions in memory.
_PAST: Final = 3
_LOG: Final = get_logger(__name__)


class Indexes:
    """Loads indexes, and lays over them what has become of their items."""

    def __init__(self, database: Database, folder: IndexFolder) -> None:
        self._database = database
        self._folder = folder
        self._past: OrderedDict[tuple[Namespace, str], RankingIndex] = OrderedDict()
        self._following: set[asyncio.Task[None]] = set()

    async def index(self, namespace: Namespace, loaded: LoadedIndex) -> RankingIndex | None:
        """What is served. Suspends at first use only, and never raises for what is wrong with an index."""
        if not loaded.is_settled:
            async with loaded.lock:
                if not loaded.is_settled:
                    await self._begin(namespace, loaded)
        return loaded.index

    async def index_at(self, namespace: Namespace, version: str, sha256: str) -> RankingIndex:
        """A version as it was built. The last few are remembered: replays ask for the same again and again.

        Raises `IndexUnusable`.
        """
        past = (namespace, version)
        if past not in self._past:
            self._past[past], _ = await asyncio.to_thread(self._folder.load, namespace, version, sha256)
        self._past.move_to_end(past)
        index = self._past[past]
        while len(self._past) > _PAST:
            self._past.popitem(last=False)
        return index

    def follow(self, namespace: Namespace, loaded: LoadedIndex) -> None:
        """Take in what is new, beside the requests."""
        task = begin(self._follow(namespace, loaded), "index")
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def close(self) -> None:
        """Stop taking in."""
        await asyncio.gather(*(end(task) for task in self._following))

    async def _follow(self, namespace: Namespace, loaded: LoadedIndex) -> None:
        try:
            await self.refresh(namespace, loaded)
        except Exception:  # noqa: BLE001 - the outermost place of the task: the old index serves on
            loaded.has_changes = True
            _LOG.exception("index_not_followed", namespace=namespace)

    async def refresh(self, namespace: Namespace, loaded: LoadedIndex) -> None:
        """Load the active version unless it was tried, and take in changes of items. One at a time."""
        async with loaded.lock:
            if loaded.is_behind(time.monotonic()):
                await self._replace(namespace, loaded)
            if loaded.has_changes and loaded.serving is not None:
                await self._take_in_changes(namespace, loaded, loaded.serving)

    async def _begin(self, namespace: Namespace, loaded: LoadedIndex) -> None:
        """Serve the active version; where that cannot be loaded, the newest one that can."""
        loaded.active, loaded.progress = await self._find_active(namespace)
        if loaded.active is not None and not await self._replace(namespace, loaded):
            await self._fall_back(namespace, loaded, loaded.active.version)
        loaded.is_settled = True

    async def _find_active(self, namespace: Namespace) -> tuple[ActiveIndex | None, float | None]:
        """And how much is done of a build that was asked for."""
        try:
            async with self._database.loading(system(namespace)) as connection:
                found, progress = await pointers.active(connection, namespace)
        except DatabaseAway:
            version = self._folder.active(namespace)
            return None if version is None else ActiveIndex(version, None), None
        return None if found is None else ActiveIndex(*found), progress

    async def _replace(self, namespace: Namespace, loaded: LoadedIndex) -> bool:
        """Serve the active version. When it cannot be loaded, the old one serves on, and `failure` says why."""
        wanted = loaded.active
        assert wanted is not None, "it is behind an active version"
        loaded.tried, loaded.tried_at = wanted, time.monotonic()
        try:
            await self._swap(namespace, loaded, wanted)
        except Exception as failure:  # noqa: BLE001 - whatever is wrong with a version, the old one serves on
            loaded.failure, loaded.failures = failure, loaded.failures + 1
            _LOG.error("index_not_loaded", namespace=namespace, reason=str(failure))
            return False
        loaded.failure = None
        return True

    async def _fall_back(self, namespace: Namespace, loaded: LoadedIndex, refused: str) -> None:
        """Serve the newest other version that can be loaded. Whether it was published nobody may be there to tell."""
        found = await asyncio.to_thread(self._folder.versions, namespace)
        for version in [each for each in found if each != refused]:
            with suppress(IndexUnusable, OSError):  # there is a failure to tell of already
                await self._swap(namespace, loaded, ActiveIndex(version, None))
                return

    async def _swap(self, namespace: Namespace, loaded: LoadedIndex, wanted: ActiveIndex) -> None:
        """What has become of its items is laid over an index before anybody sees it, unless the database is away."""
        index, manifest = await asyncio.to_thread(self._folder.load, namespace, wanted.version, wanted.sha256)
        serving = Serving(manifest, index, index, Horizon(manifest.horizon, manifest.server))
        await self._take_in_changes(namespace, loaded, serving)

    async def _take_in_changes(self, namespace: Namespace, loaded: LoadedIndex, serving: Serving) -> None:
        """Serve what it is with the changes of its items since."""
        loaded.serving, loaded.has_changes = await self._with_changes(namespace, serving)

    async def _with_changes(self, namespace: Namespace, serving: Serving) -> tuple[Serving, bool]:
        """And whether there may be more."""
        try:
            async with self._database.loading(system(namespace)) as connection:
                now = await present_horizon(connection)
                changes = await changed_items(connection, namespace, since(serving.horizon, now))
        except DatabaseAway:
            return serving, True
        served = await asyncio.to_thread(laid_over, serving.built, serving.served, changes)
        return replace(serving, served=served, horizon=now), False
