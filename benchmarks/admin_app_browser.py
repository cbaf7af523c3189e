"""A browser that looks at the admin app, and what it measures there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from tessella.domain.identifiers import Namespace
from tools.browser import NO_BROWSER, browser

KEYS: Final = 60
#: As fast as people type.
KEY_PAUSE_MS: Final = 110
WHEELS: Final = 150
SIZE: Final = {"width": 1440, "height": 900}

#: The moment at which the first heading of a page stands there.
_HEADING: Final = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('main h1')) return
  window.headingAt = performance.now()
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })
"""
#: What of the app itself has come by then.
_BYTES: Final = """
() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((each) => new URL(each.name).pathname.startsWith('/app') && each.responseEnd <= window.headingAt)
  .reduce((sum, each) => sum + each.encodedBodySize, 0)
"""
#: Milliseconds from each key to the end of the frame that shows it.
_WATCH_KEYS: Final = """
() => {
  window.painted = []
  addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => {
    const after = new MessageChannel()
    after.port1.onmessage = () => window.painted.push(performance.now() - timeStamp)
    after.port2.postMessage(null)
  }), true)
}
"""
_WATCH_FRAMES: Final = """
() => {
  window.frameTimes = []
  let last = performance.now()
  const frame = (now) => { window.frameTimes.push(now - last); last = now; requestAnimationFrame(frame) }
  requestAnimationFrame(frame)
}
"""


@dataclass(frozen=True, slots=True)
class App:
    """The app of a server in a browser, for who has the key of a namespace."""

    chromium: Browser
    address: str
    keys: dict[Namespace, str]

    @contextmanager
    def opened(self, namespace: Namespace, path: str) -> Iterator[Page]:
        """A page in a browser that has never seen the app, signed in."""
        context = self.chromium.new_context(viewport=SIZE, locale="en")
        context.add_init_script(_HEADING)
        answered = context.request.post(f"{self.address}/api/v1/session", data={"credential": self.keys[namespace]})
        assert answered.ok, answered.text()
        page = context.new_page()
        page.goto(f"{self.address}/app{path}")
        page.locator("main h1").first.wait_for(timeout=60_000)
        yield page
        context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the tests. Raises `SystemExit` where there is none."""
    found = browser()
    if found is None:
        raise SystemExit(NO_BROWSER)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found.program, env=dict(found.environment))
        yield running
        running.close()


def bytes_at_heading(page: Page) -> float:
    """Of the app itself, as they came over the line, until the page's heading stood there."""
    return float(page.evaluate(_BYTES))


def painted(page: Page) -> Sequence[float]:
    """Milliseconds from each key to its frame, where a digit is written and taken back in turn."""
    page.evaluate(_WATCH_KEYS)
    for index in range(KEYS):
        page.keyboard.press("7" if index % 2 == 0 else "Backspace")
        page.wait_for_timeout(KEY_PAUSE_MS)
    measured: list[float] = page.evaluate("window.painted")
    assert len(measured) >= KEYS
    return measured


def frames_of_scrolling(page: Page) -> Sequence[float]:
    """Milliseconds of each frame while the wheel turns."""
    page.mouse.move(SIZE["width"] / 2, SIZE["height"] / 2)
    page.evaluate(_WATCH_FRAMES)
    for _ in range(WHEELS):
        page.mouse.wheel(0, 4_000)
        page.wait_for_timeout(30)
    frames: list[float] = page.evaluate("window.frameTimes")
    return frames
