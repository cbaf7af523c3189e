"""Every page of the demo opens: in both languages and themes, wide and narrow, without an error, for everybody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tessella.domain.identifiers import Role
from tests.app.conftest import NARROW, WIDE, Opened, Served

AXE = Path(__file__).parents[2] / "admin" / "node_modules" / "axe-core" / "axe.min.js"
#: What the Web Content Accessibility Guidelines 2.2 ask on levels A and AA, and what is good practice besides.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LASTING = ("serious", "critical")
#: To hand over all that axe-core has looked at takes longer than to look: it hands over what it has found.
FIND = "async (asked) => (await axe.run(document, asked)).violations"
#: Each address of `admin/src/app/router.ts`, with things of the demo in it.
PAGES = (
    "/home", "/segments", "/segments?view=health", "/segments/new", "/segments/of/5", "/segments/of/home-return-fi",
    "/profiles", "/profiles/new", "/profiles/defaults", "/profiles/of/vip-high-novelty",
    "/profiles/compare?first=vip-high-novelty&second=steady-replenish&subject=13",
    "/simulator", "/simulator?subject=13&at=2018-01-01T05:00:00Z",
    "/experiments", "/experiments/new", "/experiments/of/banner", "/taxonomy", "/taxonomy/of/store",
    "/models", "/models/of/churn", "/personalization", "/audit", "/jobs", "/sources", "/sources/of/households",
    "/definitions", "/definitions/offer", "/definitions/offer/new", "/definitions/offer/of/type-a", "/keys",
    "/nowhere",
)  # fmt: skip


def is_there(page: Page) -> None:
    """Until everything that the page reads has come. The menu is there before the page is."""
    main = page.get_by_role("main")
    expect(main.get_by_role("heading").first).to_be_visible()
    expect(page.locator(".n-spin")).to_have_count(0)
    expect(main.get_by_role("heading", level=1).or_(main.get_by_role("heading", level=2)).first).to_be_visible()


def barriers(page: Page, *rules: str) -> list[str]:
    """What keeps somebody out, by axe-core."""
    asked = {"type": "rule", "values": list(rules)} if rules else RULES
    found: list[dict[str, Any]] = page.evaluate(FIND, {"runOnly": asked, "resultTypes": ["violations"]})
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} ({page.url})" for each in found if each["impact"] in LASTING
    ]


def fits(page: Page) -> None:
    """Nothing of a narrow page is beyond its edge. Charts are drawn anew a moment after it became narrow."""
    for _ in range(100):
        if page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            return
        page.wait_for_timeout(20)
    raise AssertionError(
        f"{page.url} is wider than its window: {page.evaluate('document.documentElement.scrollWidth')}"
    )


def shown(page: Page) -> Iterator[None]:
    """The page as it opens, and with each of its tabs."""
    is_there(page)
    yield
    for at in range(1, page.get_by_role("tab").count()):
        page.get_by_role("tab").nth(at).click()
        is_there(page)
        yield


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_without_an_error_or_a_barrier(open_page: Opened, demo: Served, path: str) -> None:
    page = open_page(demo, path, Role.SUPERADMIN, may_be_refused=False)
    page.evaluate(AXE.read_text())
    found: list[str] = []
    for _ in shown(page):
        found += barriers(page)
        page.emulate_media(color_scheme="dark")
        found += barriers(page, "color-contrast")
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        fits(page)
        found += barriers(page, "color-contrast", "target-size", "scrollable-region-focusable")
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.emulate_media(color_scheme="light")
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_in_spanish(open_page: Opened, demo: Served, path: str) -> None:
    page = open_page(demo, path, Role.SUPERADMIN, size=NARROW, theme="dark", language="es", may_be_refused=False)
    for _ in shown(page):
        fits(page)
    assert page.evaluate("document.documentElement.lang") == "es"
    expect(page.get_by_role("button", name="Cerrar sesión")).to_be_visible()
