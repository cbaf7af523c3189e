"""The namespaces in memory: one immutable snapshot each, replaced whole when its version has moved on."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from tessella.domain.definitions import Definitions
from tessella.domain.errors import NoSuchNamespace, TessellaError
from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.snapshot import Snapshot, snapshot_steps
from tessella.domain.steps import walk
from tessella.logs import get_logger
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.definitions.active import objects_since, present_objects
from tessella.storage.definitions.objects import Held
from tessella.storage.disk import KeptNamespace, Shelf
from tessella.storage.disk.errors import KeptUnusable
from tessella.storage.errors import DatabaseAway
from tessella.storage.experiments.memory.following import Following
from tessella.storage.indexes.loaded import IndexFigures
from tessella.storage.key_ring import READ_RING, ring_of
from tessella.storage.memory.loaded import LoadedNamespace, SnapshotState, Source
from tessella.storage.personalization.flags import read as read_flags
from tessella.storage.scope import system

#: For so long a build may keep requests waiting.
_TURN_SECONDS: Final = 0.001
_NOW: Final = "SELECT pg_current_snapshot()::text"
_LOG: Final = get_logger(__name__)


class Snapshots:
    """Namespaces by recency of use."""

    def __init__(self, database: Database, shelf: Shelf, following: Following, *, env: Knobs, capacity: int) -> None:
        self._database = database
        self._following = following
        self._shelf = shelf
        self._env = env
        self._capacity = capacity
        self._compiler = RuleCompiler()
        self._loaded: OrderedDict[Namespace, LoadedNamespace] = OrderedDict()

    def loaded(self) -> list[LoadedNamespace]:
        """Those in memory."""
        return list(self._loaded.values())

    def failures(self) -> Mapping[Namespace, str]:
        """The namespaces that do not serve their newest version, and why."""
        return {each.namespace: str(each.failure) for each in self.loaded() if each.failure is not None}

    def states(self, now: Instant) -> Mapping[Namespace, SnapshotState]:
        """What is decided from."""
        return {each.namespace: state for each in self.loaded() if (state := each.state(now)) is not None}

    def indexes(self) -> Mapping[Namespace, IndexFigures]:
        """The ranking indexes that are in use."""
        return {each.namespace: each.index.figures() for each in self.loaded() if each.index.is_in_use}

    async def open(self, namespace: Namespace) -> LoadedNamespace:
        """The namespace, loaded on first use. Does not wait when it is in memory, and never raises for its content."""
        found = self._loaded.get(namespace)
        if found is not None and found.is_settled():
            self._loaded.move_to_end(namespace)
            return found
        return await self._first_use(namespace)

    async def open_kept(self) -> None:
        """While the database is away, load what is on the disk, so that everything can be decided for."""
        if self._database.is_up:
            return
        for namespace in self._shelf.namespaces()[: self._capacity]:
            await self.open(namespace)

    async def claimed(self, namespace: Namespace) -> LoadedNamespace | None:
        """The namespace if it is in memory or on the disk; a name that is only claimed makes no room for itself."""
        if namespace in self._loaded or self._shelf.has(namespace):
            return await self.open(namespace)
        return None

    def take_key_back(self, namespace: Namespace, key_id: str) -> None:
        """Forget a key before its end is read from the database."""
        loaded = self._loaded.get(namespace)
        if loaded is not None and loaded.ring is not None:
            loaded.ring = loaded.ring.without(key_id)

    async def _first_use(self, namespace: Namespace) -> LoadedNamespace:
        found = self._loaded.setdefault(namespace, LoadedNamespace(namespace))
        while len(self._loaded) > self._capacity:
            self._loaded.popitem(last=False)
        async with found.lock:
            if found.snapshot is None and found.failure is None:
                await self._begin(found)
        return found

    async def _begin(self, loaded: LoadedNamespace) -> None:
        await self._replace(loaded)
        if loaded.snapshot is not None:
            with suppress(DatabaseAway):  # the watcher does it when it is back; until then nobody is drawn
                await self._following.follow(loaded.namespace, loaded.experiments)
        elif not isinstance(loaded.failure, NoSuchNamespace):
            await self._take_from_disk(loaded)

    async def refresh(self, loaded: LoadedNamespace, version: int | None = None) -> None:
        """Load the newest version, beside the one that serves, unless `version` has been tried. One at a time.

        A version that cannot be loaded or built leaves the old one serving; `failure` says why.
        """
        async with loaded.lock:
            if version is None or version != loaded.tried_version:
                await self._replace(loaded)

    async def refresh_keys(self, loaded: LoadedNamespace) -> None:
        """Read the namespace's valid keys again. Raises `DatabaseAway`."""
        asked_at = time.monotonic()
        async with self._database.loading(system(loaded.namespace)) as connection:
            row = await (await connection.execute(READ_RING, {"namespace": loaded.namespace})).fetchone()
        loaded.ring, loaded.ring_at = ring_of(row), asked_at

    async def keys_changed(self, namespace: Namespace) -> None:
        """This process has changed the keys: read them now, if the namespace is in memory."""
        loaded = self._loaded.get(namespace)
        if loaded is not None:
            with suppress(DatabaseAway):  # the change is stored, and the watcher sees that the keys are old
                await self.refresh_keys(loaded)

    async def _replace(self, loaded: LoadedNamespace) -> None:
        try:
            snapshot, horizon = await self._load(loaded)
        except Exception as failure:  # noqa: BLE001 - whatever is wrong with a version, the old one serves on
            loaded.failure = failure
            if isinstance(failure, NoSuchNamespace):
                loaded.snapshot, loaded.source = None, Source.LIVE
            _LOG.warning("snapshot_not_loaded", namespace=loaded.namespace, reason=str(failure))
        else:
            _swap(loaded, snapshot, horizon)

    async def _load(self, loaded: LoadedNamespace) -> tuple[Snapshot, str]:
        asked_at = time.monotonic()
        async with self._database.loading(system(loaded.namespace)) as connection:
            horizon = await connection.execute(_NOW)
            keys = await connection.execute(READ_RING, {"namespace": loaded.namespace})
            flags = await read_flags(connection, loaded.namespace)
            version, held = await _objects(connection, loaded)
            row, ring = await horizon.fetchone(), await keys.fetchone()
        assert row is not None, "a SELECT without FROM gives a row"
        loaded.ring, loaded.ring_at = ring_of(ring), asked_at
        loaded.personalization.take_flags(flags, asked_at)
        loaded.tried_version, loaded.parsed = version, held.parsed
        loaded.parsed_version = None if held.faults else version
        return await asyncio.to_thread(self._build, loaded, version, held.definitions()), row[0]

    async def _take_from_disk(self, loaded: LoadedNamespace) -> None:
        """Serve what is kept, if anything is. `failure` still says why it had to be."""
        if not self._shelf.has(loaded.namespace):
            return
        try:
            kept = await asyncio.to_thread(self._shelf.load, loaded.namespace)
            snapshot = await asyncio.to_thread(self._build_kept, loaded, kept)
        except KeptUnusable:
            return  # the shelf has logged and counted it
        loaded.snapshot, loaded.source, loaded.confirmed_at = snapshot, Source.DISK, kept.confirmed_at
        loaded.ring = loaded.ring or kept.ring
        _LOG.warning("snapshot_from_disk", namespace=loaded.namespace, version=kept.version)

    def _build_kept(self, loaded: LoadedNamespace, kept: KeptNamespace) -> Snapshot:
        try:
            return self._build(loaded, kept.version, kept.definitions())
        except TessellaError as error:
            unusable = KeptUnusable(loaded.namespace, error.message)
            self._shelf.refuse(unusable)
            raise unusable from error

    async def compiled(self, loaded: LoadedNamespace, definitions: Definitions) -> Snapshot:
        """A snapshot of definitions that need not be published. Raises `Faults`."""
        version = 0 if loaded.snapshot is None else loaded.snapshot.version
        return await asyncio.to_thread(self._build, loaded, version, definitions)

    def _build(self, loaded: LoadedNamespace, version: int, definitions: Definitions) -> Snapshot:
        """In a thread that lets requests run between its steps."""
        steps = snapshot_steps(loaded.namespace, version, definitions, self._env, self._compiler, loaded.snapshot)
        return walk(steps, between=_pauses())


async def _objects(connection: Connection, loaded: LoadedNamespace) -> tuple[int, Held]:
    """The newest version and what is defined at it: only what was published since is read, where that says all."""
    if loaded.parsed_version is not None:
        since = await objects_since(connection, loaded.namespace, loaded.parsed_version, loaded.parsed)
        if since is not None:
            return since
    return await present_objects(connection, loaded.namespace, loaded.parsed)


def _pauses() -> Callable[[], None]:
    """Lets requests run once a millisecond: a pause after each step would take longer than most steps."""
    paused_at = time.monotonic()

    def pause() -> None:
        nonlocal paused_at
        if time.monotonic() - paused_at >= _TURN_SECONDS:
            time.sleep(0)
            paused_at = time.monotonic()

    return pause


def _swap(loaded: LoadedNamespace, snapshot: Snapshot, horizon: str) -> None:
    """Cached facts are typed by the schema: another schema, and they have to be read again."""
    old = loaded.snapshot
    loaded.snapshot, loaded.source, loaded.failure = snapshot, Source.LIVE, None
    if loaded.horizon is None:
        loaded.horizon, loaded.checked_at = horizon, time.monotonic()
    if old is not None and old.schema != snapshot.schema:
        loaded.distrust()
