"""The calculated audiences of every namespace: begun one at a time, given up or kept, and read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tessella.domain.audiences.tally import Tally
from tessella.domain.errors import AudienceBeingCalculated, TessellaError
from tessella.domain.identifiers import Instant
from tessella.ports.audiences import ActiveAudience
from tessella.settings import Settings
from tessella.storage.audiences import calculations
from tessella.storage.audiences.calculation import GoingOn, Keeping, written
from tessella.storage.audiences.errors import AudienceUnusable
from tessella.storage.audiences.files import SCRATCH, AudienceFolder
from tessella.storage.audiences.manifest import Manifest
from tessella.storage.connections.database import Database
from tessella.storage.errors import DatabaseAway
from tessella.storage.horizons import Horizon, present_horizon
from tessella.storage.ids import new_id
from tessella.storage.notices.announcing import Announcer
from tessella.storage.scope import Scope
from tessella.storage.versions.locks import lock


class AudienceStore:
    """The calculated audiences of all namespaces: rows in the database, files in the folder."""

    def __init__(self, kept: Keeping) -> None:
        self._kept = kept

    @asynccontextmanager
    async def calculating(self, scope: Scope, as_of: Instant) -> AsyncIterator[GoingOn]:
        """Begin a calculation; what one left behind that was killed is removed. An error is kept with it.

        The lock ends with its connection, and so with this process. Raises `AudienceBeingCalculated`, and
        `AudienceNotWritten` for an `OSError`, also within the block.
        """
        async with self._kept.database.long_transaction(scope) as locked:
            if not await lock(locked, "audience", scope.namespace):
                raise AudienceBeingCalculated(scope.namespace)
            version = new_id()
            try:
                with written():
                    horizon = await self._begin(scope, version, as_of)
                    with self._kept.folder.aside(scope.namespace, version) as folder:
                        (folder / SCRATCH).mkdir()
                        before = await self._before(scope, horizon)
                        yield GoingOn(self._kept, scope, version, as_of, horizon, folder, before)
            except TessellaError as error:
                with suppress(DatabaseAway):  # the next calculation takes it for dead
                    await self._fail(scope, version, error)
                raise
            finally:
                with suppress(DatabaseAway):
                    await self._give_up(scope, version)

    async def active(self, scope: Scope) -> ActiveAudience | None:
        """The calculation in use. Raises `AudienceUnusable`."""
        found = await self._active(scope)
        if found is None:
            return None
        return ActiveAudience(found.audience, self._kept.folder.path(found.namespace, found.version))

    async def active_since(self, scope: Scope, now: Horizon) -> ActiveAudience | None:
        """The same, with its horizon where that can be compared with now."""
        found = await self._active(scope)
        if found is None:
            return None
        horizon = found.horizon if found.server == now.server else None
        return ActiveAudience(found.audience, self._kept.folder.path(found.namespace, found.version), horizon)

    async def tally(self, scope: Scope, active: ActiveAudience) -> Tally:
        """The counts of the calculation in use. Raises `AudienceUnusable`."""
        return await asyncio.to_thread(self._kept.folder.tally, scope.namespace, active.audience.version)

    async def _active(self, scope: Scope) -> Manifest | None:
        async with self._kept.database.administering(scope) as connection:
            found = await calculations.active(connection, scope.namespace)
        if found is None:
            return None
        return await asyncio.to_thread(self._kept.folder.manifest, scope.namespace, *found)

    async def _before(self, scope: Scope, now: Horizon) -> ActiveAudience | None:
        """What is in use, to be built on; nothing where its files are not as written: the calculation mends that."""
        with suppress(AudienceUnusable):
            if (found := await self.active_since(scope, now)) is not None:
                await asyncio.to_thread(self._kept.folder.check, scope.namespace, found.audience.version)
            return found
        return None

    async def _begin(self, scope: Scope, version: str, as_of: Instant) -> Horizon:
        async with self._kept.database.administering(scope) as connection:
            await calculations.begin(connection, scope.namespace, version, as_of)
            kept = await calculations.with_files(connection, scope.namespace, self._kept.most)
            horizon = await present_horizon(connection)
        await asyncio.to_thread(self._kept.folder.keep_only, scope.namespace, kept)
        return horizon

    async def _fail(self, scope: Scope, version: str, error: TessellaError) -> None:
        async with self._kept.database.administering(scope) as connection:
            await calculations.fail(connection, scope.namespace, version, error)

    async def _give_up(self, scope: Scope, version: str) -> None:
        async with self._kept.database.administering(scope) as connection:
            await calculations.give_up(connection, scope.namespace, version)


def audience_store(database: Database, settings: Settings, announcer: Announcer) -> AudienceStore:
    """The store as the settings want it."""
    folder = AudienceFolder(settings.audience_folder or settings.home / "audiences")
    return AudienceStore(Keeping(database, folder, announcer, settings.audience_versions))
