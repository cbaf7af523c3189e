"""Asks each second what has changed: versions, subjects, indexes, audiences. Notifications make it ask sooner."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final

import psycopg

from tessella.logs import get_logger
from tessella.ports.customer_rows import CustomerRows
from tessella.storage.background import begin, end
from tessella.storage.connections.database import Database
from tessella.storage.connections.link import Link
from tessella.storage.connections.pipelined import pipelined
from tessella.storage.connections.watchdog import bounded
from tessella.storage.definitions.publishing import CHANNEL
from tessella.storage.errors import DatabaseAway
from tessella.storage.experiments.memory.following import TOLD as TOLD_OF_EXPERIMENTS
from tessella.storage.experiments.memory.following import Following
from tessella.storage.experiments.memory.loaded import Told
from tessella.storage.horizons import written_after
from tessella.storage.indexes.loaded import ActiveIndex
from tessella.storage.indexes.pointers import ACTIVE, PROGRESS
from tessella.storage.indexes.serving import Indexes
from tessella.storage.key_ring import STATE
from tessella.storage.memory.forgetting import Forgetting
from tessella.storage.memory.histories import Histories
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.memory.subjects import Subjects
from tessella.storage.models.rows import ACTIVE as ACTIVE_MODELS
from tessella.storage.personalization.flags import SET as SET_FLAGS
from tessella.storage.scope import SET_SCOPE, system
from tessella.storage.taxonomy.versions import ACTIVE as ACTIVE_TAXONOMIES

POLL_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 1.0
#: More changed rows than this, and the whole namespace is read again as it is asked for.
_MANY: Final = 50_000

_CHANGED: Final = f"""ARRAY(SELECT subject_id FROM tessella.{{table}}
        WHERE namespace = %(namespace)s AND {written_after("%(horizon)s")} LIMIT %(many)s)"""
#: Whether items have changed that the index in memory does not know of.
_ITEMS_CHANGED: Final = f"""EXISTS(SELECT FROM tessella.items
        WHERE namespace = %(namespace)s AND {written_after("%(index_horizon)s")})"""
#: Whether items have changed that rankings of scopes do not know of.
_CANDIDATES_CHANGED: Final = f"""EXISTS(SELECT FROM tessella.items
        WHERE namespace = %(namespace)s AND {written_after("%(scopes_horizon)s")})"""
#: Who is being erased, sealed for us.
_ERASED: Final = f"""ARRAY(SELECT sealed FROM tessella.erasures WHERE namespace = %(namespace)s AND sealed IS NOT NULL
        AND {written_after("%(horizon)s")})"""
_POLL: Final = f"""
SELECT (SELECT version FROM tessella.snapshot_versions WHERE namespace = %(namespace)s), pg_current_snapshot()::text,
       {STATE}, {_CHANGED.format(table="subject_facts")} || {_CHANGED.format(table="personalization_settings")},
       {ACTIVE}, {PROGRESS}, {_ITEMS_CHANGED},
       (SELECT version::text FROM tessella.audience_calculations WHERE namespace = %(namespace)s AND state = 'active'),
       {ACTIVE_MODELS}, {TOLD_OF_EXPERIMENTS}, {ACTIVE_TAXONOMIES},
       {SET_FLAGS}, {_CANDIDATES_CHANGED}, {_ERASED}
"""
_LISTEN: Final = f"LISTEN {CHANNEL}"
_NOW: Final = "SELECT pg_current_snapshot()::text"
_LOG: Final = get_logger(__name__)


class Watcher:
    """The task behind every cache of this process."""

    def __init__(  # noqa: PLR0913, PLR0917 - one for each memory that it keeps true
        self,
        database: Database,
        snapshots: Snapshots,
        subjects: Subjects,
        histories: Histories,
        indexes: Indexes,
        customer_rows: CustomerRows,
        following: Following,
        forgetting: Forgetting,
    ) -> None:
        self._database = database
        self._link = Link(database.dsn)
        self._snapshots = snapshots
        self._subjects = subjects
        self._histories = histories
        self._indexes = indexes
        self._customer_rows = customer_rows
        self._following = following
        self._forgetting = forgetting
        self._listening: object = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = begin(self._watch(), "watcher")

    async def close(self) -> None:
        """Stop watching."""
        await end(self._task)
        await self._link.drop()

    async def _watch(self) -> None:
        while True:
            try:
                await self._look()
                await self._pause()
            except (psycopg.OperationalError, OSError, DatabaseAway):
                self._database.presence.doubted.set()
                await self._link.drop()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the watch
                _LOG.exception("watch_failed")
                await asyncio.sleep(POLL_SECONDS)

    async def _pause(self) -> None:
        connection = await self._link.connection()
        async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
            return

    async def _look(self) -> None:
        connection = await self._link.connection()
        loaded = self._snapshots.loaded()
        if self._listening is not connection:
            await self._begin(connection, loaded)
        asked_at, left = time.monotonic(), list[LoadedNamespace]()
        for each, found in zip(loaded, await _poll(connection, loaded), strict=True):
            self._take_in(each, asked_at, *found[:4])
            self._follow_index(each, *found[4:7])
            self._follow_audience(each, found[7])
            each.models.take_in(found[8], asked_at)
            each.taxonomies.take_in(found[11], asked_at)
            each.personalization.take_in(found[12], found[13], asked_at)
            self._follow_sources(each)
            if found[14]:
                await self._forgetting.forget_sealed(each, found[14])
            if each.experiments.is_behind(Told(*found[9:11])):
                left.append(each)
        behind = [self._snapshots.refresh(each, each.newest_version) for each in loaded if each.is_behind()]
        await asyncio.gather(*behind)
        await asyncio.gather(*(self._snapshots.refresh_keys(each) for each in loaded if each.has_old_keys()))
        await asyncio.gather(*(self._following.follow(each.namespace, each.experiments) for each in left))

    async def _begin(self, connection: psycopg.AsyncConnection[Any], loaded: Sequence[LoadedNamespace]) -> None:
        """Another connection may be to another server: a horizon means nothing there."""
        for each in loaded:
            each.horizon, each.parsed_version, each.index.has_changes = None, None, True
            each.personalization.forget()
        with bounded(connection, _ANSWER_SECONDS):
            await connection.execute(_LISTEN)
        self._listening = connection

    def _take_in(
        self,
        loaded: LoadedNamespace,
        asked_at: float,
        version: int | None,
        horizon: str,
        keys: str,
        changed: Sequence[Any],
    ) -> None:
        loaded.newest_version, loaded.newest_keys = version, keys
        if len(changed) > _MANY or loaded.horizon is None:
            loaded.distrust()
        elif changed:
            self._subjects.forget(loaded, set(changed))
            self._histories.forget(loaded, set(changed))
        loaded.horizon, loaded.checked_at = horizon, asked_at

    def _follow_index(
        self, loaded: LoadedNamespace, active: Sequence[str] | None, progress: float | None, has_changes: bool
    ) -> None:
        index = loaded.index
        index.progress = progress
        index.active = index.active if active is None else ActiveIndex(*active)
        index.has_changes |= has_changes
        if index.is_due(time.monotonic()):
            self._indexes.follow(loaded.namespace, index)

    def _follow_audience(self, loaded: LoadedNamespace, version: str | None) -> None:
        """Audiences were calculated anew: whoever is decided for now is to be in the same segments."""
        if version != loaded.audience:
            self._customer_rows.forget(loaded.namespace)
        loaded.audience = version

    def _follow_sources(self, loaded: LoadedNamespace) -> None:
        """A source that was deleted or declared otherwise is not kept open."""
        if loaded.snapshot is not None:
            self._customer_rows.follow(loaded.namespace, loaded.snapshot.definitions.sources)


async def _poll(connection: psycopg.AsyncConnection[Any], loaded: Sequence[LoadedNamespace]) -> list[Any]:
    with bounded(connection, _ANSWER_SECONDS):
        async with pipelined(connection):
            cursors = [await _ask(connection, each) for each in loaded]
            if not loaded:
                await connection.execute(_NOW)
    return [await cursor.fetchone() for cursor in cursors]


async def _ask(connection: psycopg.AsyncConnection[Any], loaded: LoadedNamespace) -> Any:
    await connection.execute(SET_SCOPE, system(loaded.namespace).parameters())
    horizons = {
        "horizon": loaded.horizon,
        "index_horizon": loaded.index.horizon,
        "scopes_horizon": loaded.personalization.horizon,
    }
    asked = {"namespace": loaded.namespace, "many": _MANY + 1, **horizons}
    return await connection.execute(_POLL, asked)
