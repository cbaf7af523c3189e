"""The namespaces in memory: one immutable snapshot each, replaced whole when its version has moved on."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import structlog

from tessella.domain.definitions import Definitions
from tessella.domain.errors import NoSuchNamespace
from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.snapshot import Snapshot, snapshot_steps
from tessella.domain.steps import walk
from tessella.storage.database import Database
from tessella.storage.definitions.active import present_objects
from tessella.storage.definitions.objects import Parsed
from tessella.storage.errors import SnapshotMissing
from tessella.storage.scope import system

_NOW: Final = "SELECT pg_current_snapshot()::text"
_LOG: Final = structlog.get_logger(__name__)


class LoadedNamespace:
    """What this process knows about one namespace."""

    __slots__ = (
        "checked_at", "clock", "failure", "horizon", "lock", "namespace", "newest_version", "parsed", "snapshot",
        "tried_version", "trust",
    )  # fmt: skip

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.snapshot: Snapshot | None = None
        #: The objects of the version that was loaded last, so that no version of an object is read twice.
        self.parsed: Parsed = {}
        #: Why the newest version could not be loaded or built; None when all is well.
        self.failure: Exception | None = None
        #: The newest version that was tried, and the newest that is known of.
        self.tried_version: int | None = None
        self.newest_version: int | None = None
        #: PostgreSQL's snapshot when changes of subjects were last asked for.
        self.horizon: str | None = None
        #: The monotonic time of that moment.
        self.checked_at = 0.0
        #: Cached subjects that carry another object here have to be read again.
        self.trust = object()
        #: Counts the invalidations.
        self.clock = 0
        self.lock = asyncio.Lock()

    def current(self) -> Snapshot:
        """The snapshot. Raises `NoSuchNamespace`, and `SnapshotMissing` when none could be built."""
        if self.snapshot is not None:
            return self.snapshot
        if isinstance(self.failure, NoSuchNamespace):
            raise NoSuchNamespace(self.namespace)
        raise SnapshotMissing(self.namespace, str(self.failure or "it is being loaded").rstrip("."))

    def distrust(self) -> None:
        """Have every cached subject read again."""
        self.trust = object()
        self.clock += 1


class Snapshots:
    """Namespaces by recency of use."""

    def __init__(self, database: Database, *, env: Knobs, capacity: int) -> None:
        self._database = database
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

    async def open(self, namespace: Namespace) -> LoadedNamespace:
        """The namespace, loaded on first use. Does not wait when it is in memory, and never raises for its content."""
        found = self._loaded.get(namespace)
        if found is not None and (found.snapshot is not None or found.failure is not None):
            self._loaded.move_to_end(namespace)
            return found
        return await self._first_use(namespace)

    async def _first_use(self, namespace: Namespace) -> LoadedNamespace:
        found = self._loaded.setdefault(namespace, LoadedNamespace(namespace))
        while len(self._loaded) > self._capacity:
            self._loaded.popitem(last=False)
        async with found.lock:
            if found.snapshot is None and found.failure is None:
                await self._replace(found)
        return found

    async def refresh(self, loaded: LoadedNamespace, version: int | None = None) -> None:
        """Load the newest version, beside the one that serves, unless `version` has been tried. One at a time.

        A version that cannot be loaded or built leaves the old one serving; `failure` says why.
        """
        async with loaded.lock:
            if version is None or version != loaded.tried_version:
                await self._replace(loaded)

    async def _replace(self, loaded: LoadedNamespace) -> None:
        try:
            snapshot, horizon = await self._load(loaded)
        except Exception as failure:  # noqa: BLE001 - whatever is wrong with a version, the old one serves on
            loaded.failure = failure
            _LOG.warning("snapshot_not_loaded", namespace=loaded.namespace, reason=str(failure))
        else:
            _swap(loaded, snapshot, horizon)

    async def _load(self, loaded: LoadedNamespace) -> tuple[Snapshot, str]:
        async with self._database.loading(system(loaded.namespace)) as connection:
            horizon = await connection.execute(_NOW)
            version, held = await present_objects(connection, loaded.namespace, loaded.parsed)
            row = await horizon.fetchone()
        assert row is not None, "a SELECT without FROM gives a row"
        loaded.tried_version, loaded.parsed = version, held.parsed
        return await asyncio.to_thread(self._build, loaded, version, held.definitions()), row[0]

    async def compiled(self, loaded: LoadedNamespace, definitions: Definitions) -> Snapshot:
        """A snapshot of definitions that need not be published. Raises `Faults`."""
        version = 0 if loaded.snapshot is None else loaded.snapshot.version
        return await asyncio.to_thread(self._build, loaded, version, definitions)

    def _build(self, loaded: LoadedNamespace, version: int, definitions: Definitions) -> Snapshot:
        """In a thread that lets requests run between its steps."""
        known = None if loaded.snapshot is None else loaded.snapshot.parsed
        steps = snapshot_steps(loaded.namespace, version, definitions, self._env, self._compiler, known)
        return walk(steps, between=lambda: time.sleep(0))


def _swap(loaded: LoadedNamespace, snapshot: Snapshot, horizon: str) -> None:
    """Cached facts are typed by the schema: another schema, and they have to be read again."""
    old = loaded.snapshot
    loaded.snapshot, loaded.failure = snapshot, None
    if loaded.horizon is None:
        loaded.horizon, loaded.checked_at = horizon, time.monotonic()
    if old is not None and old.schema != snapshot.schema:
        loaded.distrust()
