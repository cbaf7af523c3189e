"""The demo's server, and a real browser that is signed in to it.

Each test has a page of its own; what goes wrong in it, or is kept out of it by its policy, fails the test. A test that
plants data of its own asks for `tenant`: a namespace that nobody else uses, on the same server.
"""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.pages import read_pages
from tessella.settings import Settings
from tessella.storage.embedded import start
from tests.database import storage_with
from tests.e2e.installation import Installation
from tools.browser import NO_BROWSER, browser

T = TypeVar("T")

DEMO = Namespace("demo")
WIDE = (1440, 900)
NARROW = (390, 844)
#: The suite runs beside other tests. A page is waited for; that it is quick is measured by `benchmarks/admin_app.py`.
PATIENCE_MS = 30_000

expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Served:
    """A server, and who may ask it: keys of the namespace."""

    address: str
    namespace: Namespace
    keys: dict[Role, str]
    installation: Installation

    def client(self, role: Role = Role.ADMIN) -> httpx.Client:
        """Asks the API with the key of a role."""
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)


def keys_of(installation: Installation, namespace: Namespace, roles: Iterable[Role]) -> dict[Role, str]:
    """A key of each; those that speak for one subject speak for the demo's household 13."""
    found = {}
    for role in roles:
        subject = ("--subject", "13") if role in (Role.CLIENT, Role.READER) else ()
        made = installation.run("keys", "create", "-n", namespace, "--role", role, *subject, "--json")
        found[role] = str(json.loads(made.stdout)["key"])
    return found


#: Names the address of pages that are served already, in front of the demo that `TESSELLA_TESTS_DEMO` names.
SERVED_BEFORE = "TESSELLA_TESTS_APP"


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest, installation: Installation) -> Iterator[Served]:
    """The demo's server, with all that its jobs make."""
    roles = (Role.ADMIN, Role.SUPERADMIN, Role.MONITOR, Role.CLIENT)
    if address := os.environ.get(SERVED_BEFORE):
        yield Served(address, DEMO, keys_of(installation, DEMO, roles), installation)
        return
    assert read_pages().by_path, "The pages of the admin app are not built: make ui"
    request.getfixturevalue("loaded")
    with installation.serving("serve", "--port", "0") as serving:
        yield Served(serving.says()["address"], DEMO, keys_of(installation, DEMO, roles), installation)


@pytest.fixture
def tenant(demo: Served) -> Served:
    """A namespace with nothing in it, on the demo's server."""
    namespace = Namespace(f"tenant-{uuid4().hex[:12]}")  # a demo that was loaded before keeps those of other runs
    return Served(demo.address, namespace, keys_of(demo.installation, namespace, (Role.ADMIN,)), demo.installation)


@pytest.fixture
def plant(tenant: Served) -> Callable[[Callable[[Application], Coroutine[Any, Any, T]]], T]:
    """Runs what the API has no door for over the demo's database: `plant(lambda application: ...)`."""

    async def opened(work: Callable[[Application], Coroutine[Any, Any, T]]) -> T:
        home = tenant.installation.home
        with start(home) as server:
            async with storage_with(server.dsn(), home, tenant.namespace) as storage:
                application = Application(Settings(home=home), storage)
                try:
                    return await work(application)
                finally:
                    await application.close()

    def run(work: Callable[[Application], Coroutine[Any, Any, T]]) -> T:
        with ThreadPoolExecutor(1) as own_thread:  # the browser's driver has this one's event loop
            return own_thread.submit(asyncio.run, opened(work)).result()

    return run


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = browser()
    assert found is not None, NO_BROWSER
    running = playwright.chromium.launch(executable_path=found.program, env=dict(found.environment))
    yield running
    running.close()


@contextmanager
def watched(context: BrowserContext, *, may_be_refused: bool) -> Iterator[Page]:
    """A page of which everything that goes wrong is told at the end. Browsers tell of every request that is refused."""
    page = context.new_page()
    wrong: list[str] = []

    def said(message: ConsoleMessage) -> None:
        is_refusal = message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not (is_refusal and may_be_refused):
            wrong.append(message.text)

    def asked(dialog: Dialog) -> None:
        if dialog.type in ("alert", "prompt"):  # the app has neither: a text ran as a script
            wrong.append(dialog.message)
        dialog.accept()

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", said)
    page.on("dialog", asked)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    assert wrong == []


Opened = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opened]:
    """Opens a page of a server, signed in with the key of a role: `open_page(demo, "/segments")`."""
    opened: list[tuple[BrowserContext, Any]] = []

    def opens(
        served: Served, path: str = "/home", role: Role = Role.ADMIN, *, size: tuple[int, int] = WIDE,
        theme: str = "light", language: str = "en", may_be_refused: bool = True,
    ) -> Page:  # fmt: skip
        width, height = size
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale=language,
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        answered = context.request.post(f"{served.address}/api/v1/session", data={"credential": served.keys[role]})
        assert answered.ok, answered.text()
        watch = watched(context, may_be_refused=may_be_refused)
        page = watch.__enter__()
        opened.append((context, watch))
        page.goto(f"{served.address}/app{path}")
        return page

    yield opens
    for context, watch in opened:
        watch.__exit__(None, None, None)
        context.close()
