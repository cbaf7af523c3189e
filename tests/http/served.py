"""A service over a link to the database that can be cut or made to hang."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.database import Dsns, Link, link_to, storage_with


@dataclass(frozen=True)
class Served:
    """The service, its parts, and an admin's client."""

    link: Link
    storage: Storage
    client: httpx.AsyncClient
    key: str


@asynccontextmanager
async def client_of(storage: Storage, home: Path, key: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service in this process."""
    app = create_app(Application(Settings(home=home), storage))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client


@asynccontextmanager
async def served_over_link(
    database: Dsns, namespace: Namespace, folder: Path, **settings: object
) -> AsyncIterator[Served]:
    """The service with a namespace and a key."""
    home = folder / "home"
    async with (
        link_to(database.app, folder) as link,
        storage_with(link.dsn, home, namespace, **settings) as storage,
    ):
        key = await storage.administration.create_key(namespace, Role.ADMIN)
        async with client_of(storage, home, key) as client:
            yield Served(link, storage, client, key)
