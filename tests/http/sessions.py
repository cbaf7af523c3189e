"""A browser that signs in, over the real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tessella.bootstrap import Application
from tessella.http.app import create_app
from tessella.settings import Settings
from tessella.storage.store import Storage

SESSION = "/api/v1/session"


@asynccontextmanager
async def browser(
    storage: Storage, home: Path, base: str = "http://test", **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """It sends no key by itself; the application has these settings."""
    app = create_app(Application(Settings(home=home, **settings), storage))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        yield client


async def begin(client: httpx.AsyncClient, credential: str) -> dict[str, Any]:
    """Sign in: what the session says."""
    answer = await client.post(SESSION, json={"credential": credential})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def refused(answer: httpx.Response, status: int, kind: str) -> str:
    """The hint of a refusal."""
    told = answer.json()
    assert (answer.status_code, told["type"]) == (status, f"urn:tessella:{kind}"), told
    return str(told["errors"][0]["hint"])
