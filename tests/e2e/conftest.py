"""The demo's definitions, in this process and in the real database."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from tessella import Engine, usecases
from tessella.domain.definitions import Definitions
from tessella.domain.identifiers import Namespace, Role
from tessella.files.definitions import read_folder
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
