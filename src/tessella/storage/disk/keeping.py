"""The task that keeps on the disk what is in memory."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from tessella.domain.identifiers import Instant
from tessella.domain.snapshot import Snapshot
from tessella.logs import get_logger
from tessella.ports.clock import present
from tessella.storage.background import begin, end
from tessella.storage.disk.kept import KeptNamespace, objects_of
from tessella.storage.disk.shelf import Shelf
from tessella.storage.key_ring import KeyRing
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.snapshots import Snapshots

_PAUSE_SECONDS: Final = 0.25
_AFTER_FAILURE_SECONDS: Final = 5.0
#: Definitions that change again and again are written so often: it takes as long as to build them.
_REST_SECONDS: Final = 2.0
#: What has not changed is confirmed after so long.
_CONFIRM_SECONDS: Final = 60.0
_LOG: Final = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was kept last of a namespace, and when, in monotonic seconds."""

    snapshot: Snapshot
    ring: KeyRing
    at: float


class Keeping:
    """Looks a few times a second for what is newer in memory. Never in the way of a request or of a new version."""

    def __init__(self, snapshots: Snapshots, shelf: Shelf) -> None:
        self._snapshots = snapshots
        self._shelf = shelf
        #: What was kept last of each namespace.
        self._kept: dict[LoadedNamespace, _Kept] = {}
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = begin(self._run(), "keeping")

    async def close(self) -> None:
        """Stop, after what is newer has been kept."""
        self._closing = True
        await end(self._task)
        await self._keep_all()

    async def _run(self) -> None:
        await self._snapshots.open_kept()
        while True:
            try:
                is_well = await self._keep_all()
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the keeping
                _LOG.exception("keeping_failed")
                is_well = False
            await asyncio.sleep(_PAUSE_SECONDS if is_well else _AFTER_FAILURE_SECONDS)

    async def _keep_all(self) -> bool:
        loaded = self._snapshots.loaded()
        self._kept = {each: kept for each, kept in self._kept.items() if each in loaded}
        return all([await self._keep(each) for each in loaded if self._is_due(each)])

    def _is_due(self, loaded: LoadedNamespace) -> bool:
        if loaded.snapshot is None or loaded.ring is None:
            return False
        is_confirmed = loaded.failure is None and loaded.checked_at > loaded.kept_at + _CONFIRM_SECONDS
        kept = self._kept.get(loaded)
        if is_confirmed or kept is None or kept.ring != loaded.ring:
            return True
        return kept.snapshot is not loaded.snapshot and (self._closing or time.monotonic() > kept.at + _REST_SECONDS)

    async def _keep(self, loaded: LoadedNamespace) -> bool:
        snapshot, ring, checked_at = loaded.snapshot, loaded.ring, loaded.checked_at
        assert snapshot is not None, "it is due"
        assert ring is not None, "it is due"
        confirmed_at = Instant(present() - loaded.age_us(present()))

        def keep() -> bool:
            objects = objects_of(snapshot.definitions)
            kept = KeptNamespace(loaded.namespace, self._shelf.database, snapshot.version, ring, confirmed_at, objects)
            return self._shelf.keep(kept)

        is_kept = await asyncio.to_thread(keep)
        if is_kept:
            self._kept[loaded], loaded.kept_at = _Kept(snapshot, ring, time.monotonic()), checked_at
        return is_kept
