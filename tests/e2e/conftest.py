"""The demo's definitions, in this process and in the real database."""

from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella import Engine, usecases
from tessella.bootstrap import Application
from tessella.domain.definitions import Definitions
from tessella.domain.identifiers import Namespace, Role
from tessella.files.definitions import read_folder
from tessella.http.app import create_app
from tessella.settings import Settings
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, scoped, session_of

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def demo_definitions() -> Definitions:
    return read_folder(files("tessella.demo") / "definitions")


@pytest.fixture(scope="session")
def demo(demo_definitions: Definitions) -> Engine:
    """The demo's segments and profiles, without its households."""
    return Engine.of(demo_definitions)


@pytest.fixture
async def stored(storage: Storage, namespace: Namespace, demo_definitions: Definitions) -> StoredSession:
    """An administrator's session of a namespace that holds the demo's definitions."""
    session = await session_of(storage, namespace)
    await usecases.apply_definitions(session, demo_definitions)
    return await session_of(storage, namespace)


@pytest.fixture
def rows(database: Dsns, namespace: Namespace) -> Rows:
    """What a statement gives to the namespace's administrator, by column."""

    def select(statement: str) -> list[dict[str, Any]]:
        with scoped(database.app, namespace, Role.ADMIN) as connection:
            cursor = connection.execute(statement)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    return select


@pytest.fixture
async def admin(
    storage: Storage, namespace: Namespace, stored: StoredSession, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, over the namespace that holds the demo's definitions."""
    application = Application(Settings(home=tmp_path), storage)
    key = await application.administration.create_key(namespace, Role.ADMIN)
    transport = httpx.ASGITransport(create_app(application))
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client
