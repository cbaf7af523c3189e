"""A calculation that goes on: its folder, and how its result is put to use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tessella.domain.audiences.layout import BASE, DELTA
from tessella.domain.identifiers import Instant, Namespace
from tessella.ports.audiences import ActiveAudience, Found, StoredCalculation
from tessella.ports.clock import present
from tessella.storage.audiences import calculations, changes, counts
from tessella.storage.audiences.errors import AudienceNotWritten
from tessella.storage.audiences.files import SCRATCH, AudienceFolder
from tessella.storage.audiences.manifest import Manifest
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.horizons import Horizon
from tessella.storage.notices.announcing import Announcer
from tessella.storage.scope import Scope
from tessella.storage.whole_files import link_or_copy


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where calculations are kept: rows in the database, files in the folder."""

    database: Database
    folder: AudienceFolder
    announcer: Announcer
    #: The files of so many of a namespace are kept.
    most: int


@dataclass(frozen=True, slots=True)
class GoingOn:
    """`ports.audiences.Calculation` over files and PostgreSQL."""

    kept: Keeping
    scope: Scope
    version: str
    as_of: Instant
    #: What could be seen before any fact was read.
    horizon: Horizon
    folder: Path
    before: ActiveAudience | None

    @property
    def scratch(self) -> Path:
        """See the port."""
        return self.folder / SCRATCH

    def take_over_base(self) -> None:
        """See the port."""
        assert self.before is not None, "it is built on the one before"
        link_or_copy(self.before.folder / BASE, self.scratch / BASE)

    def keep_scratch(self) -> None:
        """See the port."""
        for name in (BASE, DELTA):
            (self.scratch / name).rename(self.folder / name)

    async def publish(self, found: Found) -> StoredCalculation:
        """See the port."""
        manifest, sha256 = await asyncio.to_thread(self._settle, found)
        async with self.kept.database.long_transaction(self.scope) as connection:
            stored = await calculations.publish(connection, manifest, sha256, found.kind)
            await counts.add(connection, found.audience, found.tally)
            await self._tell(connection, found)
            versions = await calculations.with_files(connection, self.namespace, self.kept.most)
        with suppress(OSError):  # it is in use: the next calculation removes what is left of others
            await asyncio.to_thread(self.kept.folder.keep_only, self.namespace, versions)
        return stored

    @property
    def namespace(self) -> Namespace:
        """The namespace that it is about."""
        return self.scope.namespace

    async def _tell(self, connection: Connection, found: Found) -> None:
        if await changes.store(connection, self.namespace, self.version, self.as_of, found.changes):
            await changes.announce(connection, self.namespace, self.version, self.as_of, self.kept.announcer)

    def _settle(self, found: Found) -> tuple[Manifest, str]:
        server = self.horizon.server
        manifest = Manifest(
            self.namespace, self.version, found.audience, Instant(present()), self.horizon.snapshot, server, ()
        )
        return self.kept.folder.settle(self.folder, found.tally, manifest)


@contextmanager
def written() -> Iterator[None]:
    """Raises `AudienceNotWritten` for what the folder does not take."""
    try:
        yield
    except OSError as error:
        raise AudienceNotWritten((error.strerror or str(error)).lower()) from error
