"""The demo's server, and a real browser that is signed in to it.

Each test has a page of its own; what goes wrong in it, or is kept out of it by its policy, fails the test. A test that
plants data of its own asks for `tenant`: a namespace that nobody else uses, on the same server.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)

from tessella.domain.identifiers import Namespace, Role
from tessella.http.pages import read_pages
from tessella.storage.embedded import start
from tests.database import storage_with
from tests.e2e.installation import Installation
from tools.browser import launched

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


def until(read: Callable[[], T], what: str) -> T:
    """What is read, once there is something: of what a server does a moment after it has answered."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (found := read()):
        assert time.monotonic() < deadline, f"in vain waited until {what}"
        time.sleep(0.05)
    return found


MakeServed = Callable[..., Served]
#: Names the address of pages that are served already, in front of the demo that `TESSELLA_TESTS_DEMO` names.
SERVED_BEFORE = "TESSELLA_TESTS_APP"


@pytest.fixture(scope="package")
def address(request: pytest.FixtureRequest, installation: Installation) -> Iterator[str]:
    """Where the demo is served, with all that its jobs make."""
    if before := os.environ.get(SERVED_BEFORE):
        yield before
        return
    assert read_pages().by_path, "The pages of the admin app are not built: make ui"
    request.getfixturevalue("loaded")
    with installation.serving("serve", "--port", "0") as serving:
        yield serving.says()["address"]


@pytest.fixture(scope="package")
def make_served(address: str, installation: Installation) -> Iterator[MakeServed]:
    """Makes keys of a namespace, and the namespace, for which the API has no door: `make_served(name, Role.ADMIN)`.

    The browser's driver has the event loop of this thread.
    """
    home = installation.home
    with (
        start(home) as server,
        start_blocking_portal() as loop,
        loop.wrap_async_context_manager(storage_with(server.dsn(), home, DEMO)) as storage,
    ):

        def make(namespace: Namespace, *roles: Role) -> Served:
            keys = {role: loop.call(storage.administration.create_key, namespace, role) for role in roles}
            return Served(address, namespace, keys, installation)

        yield make


@pytest.fixture(scope="package")
def demo(make_served: MakeServed) -> Served:
    """The demo's server, and its namespace."""
    return make_served(DEMO, Role.ADMIN, Role.SUPERADMIN, Role.MONITOR)


@pytest.fixture(scope="package")
def make_tenant(make_served: MakeServed) -> Callable[[], Served]:
    """Makes a namespace with nothing in it. A demo that was loaded before keeps those of other runs."""
    return lambda: make_served(Namespace(f"tenant-{uuid4().hex[:12]}"), Role.ADMIN)


@pytest.fixture
def tenant(make_tenant: Callable[[], Served]) -> Served:
    """A namespace with nothing in it, on the demo's server."""
    return make_tenant()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Until the last test here: while its driver runs, no other test of this process has an event loop."""
    with sync_playwright() as playwright, launched(playwright) as running:
        yield running


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


@contextmanager
def signed_in(
    chromium: Browser, served: Served, role: Role = Role.ADMIN, *, size: tuple[int, int] = WIDE,
    theme: str = "light", language: str = "en",
) -> Iterator[BrowserContext]:  # fmt: skip
    """A browser of its own, in which the key of a role has signed in."""
    width, height = size
    with chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        locale=language,
        timezone_id="UTC",
        reduced_motion="reduce",
    ) as context:
        answered = context.request.post(f"{served.address}/api/v1/session", data={"credential": served.keys[role]})
        assert answered.ok, answered.text()
        yield context


Opened = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opened]:
    """Opens a page of a server, signed in with the key of a role: `open_page(demo, "/segments")`."""
    with ExitStack() as opened:

        def opens(
            served: Served, path: str = "/home", role: Role = Role.ADMIN, *, may_be_refused: bool = True, **how: Any
        ) -> Page:
            context = opened.enter_context(signed_in(chromium, served, role, **how))
            page = opened.enter_context(watched(context, may_be_refused=may_be_refused))
            page.goto(f"{served.address}/app{path}")
            return page

        yield opens


def write_json(page: Page, rule: object) -> None:
    """Write a rule in the editor's JSON, in place of what stands there."""
    page.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(json.dumps(rule))
