"""The service in this process, over the real database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.http.listening import listen
from tessella.http.server import serve
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.database import Dsns
from tests.http.sessions import browser
from tests.http.theirs import define_theirs

MakeClient = Callable[[Role], Awaitable[httpx.AsyncClient]]


#: Files whose tests ask about a namespace of their own and nothing else.
SHARING = {
    "test_alerts", "test_allocate", "test_audiences", "test_audit", "test_bad_input", "test_compare",
    "test_crossing", "test_decide_flow", "test_definitions", "test_drafts", "test_eligibility",
    "test_evaluations", "test_experiment_results", "test_experiments", "test_guards", "test_history",
    "test_items", "test_keys", "test_knobs", "test_loyalty_segments", "test_models", "test_monitoring",
    "test_odd_subject_ids", "test_ofrep", "test_overview", "test_packed_bodies", "test_personal_data",
    "test_personalization", "test_personalization_settings", "test_players", "test_predictions",
    "test_proposals", "test_publishing", "test_roles", "test_rollout", "test_segment_audiences", "test_session",
    "test_session_pages", "test_sign_in_links", "test_sources", "test_subject_export", "test_vocabulary",
    "test_webhooks",
}  # fmt: skip


@pytest.fixture
def storage(request: pytest.FixtureRequest) -> Storage:
    """One for each test, as many of them look at all that a server has done since its start; else one for the file."""
    return request.getfixturevalue("shared_storage" if request.path.stem in SHARING else "own_storage")


@pytest.fixture
def application(storage: Storage, tmp_path: Path) -> Application:
    return Application(Settings(home=tmp_path / "home"), storage)


@pytest.fixture
async def make_client(application: Application, namespace: Namespace) -> AsyncIterator[MakeClient]:
    """Clients with a fresh key of a role."""
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    opened: list[httpx.AsyncClient] = []

    async def client(role: Role) -> httpx.AsyncClient:
        key = await application.administration.create_key(namespace, role)
        headers = {"Authorization": f"Bearer {key}"}
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers))
        return opened[-1]

    yield client
    for each in opened:
        await each.aclose()


@pytest.fixture
async def admin(make_client: MakeClient) -> httpx.AsyncClient:
    return await make_client(Role.ADMIN)


@pytest.fixture
async def key(storage: Storage, namespace: Namespace) -> str:
    """Of an administrator."""
    return await storage.administration.create_key(namespace, Role.ADMIN)


@pytest.fixture
async def client(storage: Storage, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody has signed in."""
    async with browser(storage, tmp_path) as client:
        yield client


@pytest.fixture
async def port(application: Application) -> AsyncIterator[int]:
    """Of a real server of the service, on loopback."""
    with listen() as listening:
        task = asyncio.create_task(serve(application, listening))
        yield listening.getsockname()[1]
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
async def theirs(application: Application, database: Dsns, namespace: Namespace) -> Namespace:
    """Another namespace, which holds something of every kind."""
    found = Namespace(f"{namespace}-theirs")
    await define_theirs(application, database, found)
    return found
