"""The one place that builds real parts and hands them to use cases."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import NAMESPACE_PATTERN, Json, Namespace, Role
from tessella.domain.ranking.knobs import KNOBS, Knobs, read_knobs
from tessella.ports import Caller, Session
from tessella.settings import Settings
from tessella.storage.administration import serving_dsn
from tessella.storage.embedded import SUPERUSER, Server, start
from tessella.storage.keys import InvalidKey
from tessella.storage.migrations import upgrade_outdated
from tessella.storage.store import Health, Storage
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tessella.warehouse.imports import DuckDBFiles

KNOB_PREFIX: Final = "TESSELLA_KNOB_"
_SCHEME: Final = b"bearer "


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session for the time of an `async with`. Opening waits only when the namespace is not in memory."""

    storage: Storage
    caller: Caller

    async def __aenter__(self) -> Session:
        return await self.storage.session(self.caller)

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
    server = None if settings.database_url is not None else await asyncio.to_thread(_embedded, settings)
    try:
        async with Storage(_dsn(settings, server), settings, env=env_knobs(os.environ)) as storage:
            yield Application(settings, storage)
    finally:
        if server is not None:
            await asyncio.to_thread(server.close)


def _embedded(settings: Settings) -> Server:
    """The embedded server with its schema brought up to date."""
    server = start(settings.home)
    upgrade_outdated(server.dsn(SUPERUSER))
    return server


def _dsn(settings: Settings, server: Server | None) -> str:
    if server is not None:
        return server.dsn()
    dsn = serving_dsn(settings)
    assert dsn is not None, "without an address the embedded server was started"
    return dsn


def read_namespace(name: str) -> Namespace:
    """`name` as the name of a namespace. Raises `WrongShape` when it cannot be one.

    >>> read_namespace("shop")
    'shop'
    """
    if not NAMESPACE_PATTERN.fullmatch(name):
        problem = f'"{name}" is no namespace: 1 to 63 small letters, digits, _ and -, first a letter or digit.'
        raise WrongShape("", problem, 'Such as "shop".')
    return Namespace(name)


def env_knobs(environment: Mapping[str, str]) -> Knobs:
    """The layer of knobs from `TESSELLA_KNOB_ALPHA` and its like. Raises `Faults` for one that cannot be read.

    >>> env_knobs({"TESSELLA_KNOB_ALPHA": "0.7"})
    {'alpha': 0.7}
    """
    written = {name: environment[variable] for name in KNOBS if (variable := KNOB_PREFIX + name.upper()) in environment}
    return read_knobs({name: _json(text) for name, text in written.items()}, KNOB_PREFIX)


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text
