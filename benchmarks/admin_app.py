"""The `admin_app` benchmark: what the admin app costs a browser, over loopback."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.admin_app_home import MANY, NODES, SEGMENTS, prepare, rule
from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import server_of
from benchmarks.http_load import HOST
from benchmarks.http_server import NAMESPACE
from tessella.domain.identifiers import Namespace
from tessella.http.pages import read_pages

if TYPE_CHECKING:
    from benchmarks.admin_app_browser import App

LOADS: Final = 5
#: Until what a page shows at first has come.
SETTLE_MS: Final = 3_000


def run() -> Iterator[Figure]:
    """First load and its bytes, a key in a rule of 61 nodes beside a plain text field, scrolling 10,000 segments."""
    from benchmarks.admin_app_browser import App, chromium  # the browser's driver is a tool of the tests

    if not read_pages().by_path:
        raise SystemExit("The pages of the admin app are not built: make ui")
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder, chromium() as browser:
        home = Path(folder) / "home"
        keys = _prepared(home)
        with server_of(home) as server:
            app = App(browser, f"http://{HOST}:{server.port}", keys)
            yield from _loading(app)
            yield from _typing(app)
            yield from _scrolling(app)


def _prepared(home: Path) -> dict[Namespace, str]:
    """In a thread of its own: the browser's driver has the event loop of this one."""
    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(lambda: asyncio.run(prepare(home))).result()


def _loading(app: App) -> Iterator[Figure]:
    from benchmarks.admin_app_browser import bytes_at_heading

    took, sizes = [], []
    for _ in range(LOADS):
        with app.opened(NAMESPACE, "/home") as page:
            took.append(page.evaluate("window.headingAt"))
            sizes.append(bytes_at_heading(page) / 1000)
    goal = Goal("value", "<=", 1500)
    yield Figure("admin_app: first load, to the heading of the first page", statistics.median(took), "ms", goal=goal)
    goal = Goal("value", "<=", 450)
    yield Figure("admin_app: bytes of the app by then, gzipped", statistics.median(sizes), "kB", goal=goal)


def _typing(app: App) -> Iterator[Figure]:
    from benchmarks.admin_app_browser import painted

    with app.opened(NAMESPACE, "/segments/new?tab=rule") as page:
        page.locator(".cm-content").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(json.dumps(rule()))
        page.locator(".node").nth(NODES - 1).wait_for()
        page.wait_for_timeout(SETTLE_MS)
        page.locator(".node input[type=number]").nth(3).click()
        ours = painted(page)
    with app.opened(NAMESPACE, "/home") as page:
        page.set_content("<textarea></textarea>")
        page.locator("textarea").click()
        plain = painted(page)
    middle = statistics.median(ours), statistics.median(plain)
    slow = _quantile(ours, 0.95), _quantile(plain, 0.95)
    name = f"admin_app: a key in a rule of {NODES} nodes, to its frame, "
    yield Figure(f"{name}p50", middle[0], "ms", "plain text field", middle[1])
    yield Figure(f"{name}p95", slow[0], "ms", "plain text field", slow[1], Goal("value", "<=", 50))


def _scrolling(app: App) -> Iterator[Figure]:
    from benchmarks.admin_app_browser import frames_of_scrolling

    with app.opened(MANY, "/segments") as page:
        page.get_by_text(f"{SEGMENTS:,} segments").first.wait_for(timeout=60_000)
        page.wait_for_timeout(SETTLE_MS)
        frames = frames_of_scrolling(page)
    yield Figure(f"admin_app: scrolling {SEGMENTS:,} segments, frame p95", _quantile(frames, 0.95), "ms")
    yield Figure(f"admin_app: scrolling {SEGMENTS:,} segments, longest frame", max(frames), "ms")


def _quantile(numbers: Sequence[float], share: float) -> float:
    return sorted(numbers)[int(len(numbers) * share)]
