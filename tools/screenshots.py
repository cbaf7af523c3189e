"""Draw the pictures of the admin app in the README. `make screenshots` loads the demo, and looks at its pages."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.e2e.installation import TESSELLA, Serving
from tools.browser import launched
from tools.pages import ROOT

IMAGES = ROOT / "docs" / "images"
#: The demo's data end here; household 13 is a regular customer.
AT = "2018-01-01T05:00:00Z"
SIZE = {"width": 1280, "height": 860}
#: The demo's models and taxonomy are made while it serves.
PATIENCE_MS = 180_000


@dataclass(frozen=True)
class Picture:
    """A page, and a text on it without which it is not whole, which is brought into sight."""

    name: str
    path: str
    waits_for: str
    theme: str = "light"


PICTURES = (
    Picture("app-rule", "/segments/of/5?tab=rule", "of 2,469"),
    Picture("app-simulator", f"/simulator?subject=13&at={AT}", "How each score comes about"),
    Picture("app-experiment", "/experiments/of/banner", "Variants by segment", "dark"),
    Picture("app-taxonomy", "/taxonomy/of/store?tab=map", "Choose a segment, on the map or in the list."),
)


@contextmanager
def demo() -> Iterator[str]:
    """The demo's server. Yields the link that opens the app."""
    serving = Serving(subprocess.Popen([TESSELLA, "demo", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True))
    try:
        serving.says()  # what it has loaded
        yield str(serving.says()["link"])
    finally:
        serving.terminate()


def draw(playwright: Playwright, link: str) -> None:
    """Take every picture. Raises `SystemExit` where there is no browser."""
    chromium = launched(playwright)
    context = chromium.new_context(viewport=SIZE, locale="en", timezone_id="UTC", reduced_motion="reduce")
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_role("navigation")).to_be_visible(timeout=PATIENCE_MS)
    for each in PICTURES:
        take(page, each, link.partition("/app/")[0])
    chromium.close()


def take(page: Page, picture: Picture, address: str) -> None:
    """One picture, once all of the page has come."""
    page.emulate_media(color_scheme="dark" if picture.theme == "dark" else "light")
    page.goto(f"{address}/app{picture.path}")
    sought = page.get_by_text(picture.waits_for).first
    expect(sought).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    sought.evaluate("each => each.scrollIntoView({ block: 'center' })")
    expect(page.locator(".n-spin")).to_have_count(0)
    path = IMAGES / f"{picture.name}.png"
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    with demo() as link, sync_playwright() as playwright:
        draw(playwright, link)
