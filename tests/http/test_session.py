"""A browser's session: how it begins and ends, what its cookie is, and who may use it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella.access import MATRIX, Extent
from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.database import with_namespace

pytestmark = pytest.mark.anyio

SESSION = "/api/v1/session"


@pytest.fixture
async def storage(process: Storage, namespace: Namespace) -> Storage:
    """That of all tests of this file: each has a namespace of its own in it."""
    await with_namespace(process, namespace)
    return process


@pytest.fixture
async def key(storage: Storage, namespace: Namespace) -> str:
    return await storage.administration.create_key(namespace, Role.ADMIN)


@asynccontextmanager
async def browser(
    storage: Storage, home: Path, base: str = "http://test", **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Application(Settings(home=home, **settings), storage))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client


@pytest.fixture
async def client(storage: Storage, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(storage, tmp_path) as client:
        yield client


async def begin(client: httpx.AsyncClient, credential: str) -> dict[str, Any]:
    answer = await client.post(SESSION, json={"credential": credential})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_a_key_begins_a_session_that_reads_without_the_key(
    client: httpx.AsyncClient, key: str, namespace
) -> None:
    assert (await client.get("/api/v1/segments")).status_code == 401
    told = await begin(client, key)
    assert (told["namespace"], told["role"], told["subject_id"]) == (namespace, "admin", None)
    assert key not in str(client.cookies)
    assert (await client.get("/api/v1/segments")).status_code == 200
    assert (await client.get(SESSION)).json() == told
    assert told["operations"] == {
        name: MATRIX.may(Role.ADMIN, name)
        for name in MATRIX.operations
        if MATRIX.may(Role.ADMIN, name) is not Extent.NONE
    }
