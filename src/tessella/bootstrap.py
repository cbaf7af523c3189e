"""The one place that builds real parts and hands them to use cases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from types import TracebackType
from typing import Final

from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller, Session
from tessella.settings import Settings, env_knobs
from tessella.storage.administration import refuse_other_schema, serving_dsn
from tessella.storage.embedded import SUPERUSER, Server, start
from tessella.storage.keys import InvalidKey
from tessella.storage.migrations import upgrade_outdated
from tessella.storage.store import Health, Storage
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tessella.warehouse.imports import DuckDBFiles

_SCHEME: Final = b"bearer "


class OpenSession:
    """A session for the time of an `async with`. Opening waits only when the namespace is not in memory."""

    __slots__ = ("_caller", "_storage")

    def __init__(self, storage: Storage, caller: Caller) -> None:
        self._storage = storage
        self._caller = caller

    async def __aenter__(self) -> Session:
        return await self._storage.session(self._caller)

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A session holds nothing that has to be given back."""


class Application:
    """The running parts of one process, as the edges use them."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self.settings = settings
        self._storage = storage

    def session(self, caller: Caller) -> OpenSession:
        """A caller's view of their namespace."""
        return OpenSession(self._storage, caller)

    async def authenticate(self, header: bytes) -> Caller:
        """Who an `Authorization` header speaks for. Raises `Unauthenticated`. Does not wait while it is remembered."""
        if header[:7].lower() != _SCHEME:
            raise InvalidKey
        return await self._storage.keys.verify(header[7:].decode("latin-1"))

    def health(self) -> Health:
        """How the process is doing now; asks nobody."""
        return self._storage.health()

    @contextmanager
    def warehouse(self) -> Iterator[DuckDBWarehouse]:
        """DuckDB in a worker process of its own, which ends with the block."""
        with DuckDBWorker() as worker:
            yield DuckDBWarehouse(worker)

    @contextmanager
    def files(self) -> Iterator[DuckDBFiles]:
        """A reader of files in a worker process of its own, which ends with the block."""
        with DuckDBWorker() as worker:
            yield DuckDBFiles(worker)

    async def create_namespace(self, namespace: Namespace) -> None:
        """Make a namespace; nothing changes when it exists."""
        await self._storage.create_namespace(namespace)

    async def create_key(self, namespace: Namespace, role: Role, label: str = "") -> str:
        """A new API key; its text is shown this once. The namespace is made when there is none."""
        await self._storage.create_namespace(namespace)
        return await self._storage.create_key(namespace, role, label)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Application]:
    """The application over your database, or over the embedded one, started for as long as this is open.

    Raises `TessellaError` with one sentence on what keeps it from running.
    """
    async with _serving(settings) as dsn, Storage(dsn, settings, env=env_knobs(os.environ)) as storage:
        yield Application(settings, storage)


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[str]:
    """The connection string to serve with. Without an address in the settings, the embedded server runs meanwhile.

    Your own database is not upgraded by serving it, so one with another schema is refused.
    """
    dsn = serving_dsn(settings)
    if dsn is not None:
        await asyncio.to_thread(refuse_other_schema, dsn)
        yield dsn
        return
    server = await asyncio.to_thread(_embedded, settings)
    try:
        yield server.dsn()
    finally:
        await asyncio.to_thread(server.close)


def _embedded(settings: Settings) -> Server:
    """The embedded server with its schema brought up to date."""
    server = start(settings.home)
    upgrade_outdated(server.dsn(SUPERUSER))
    return server
