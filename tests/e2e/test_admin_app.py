"""A marketer's way through the admin app, in a real browser: find a segment, change its rule, try it, publish, go back.

The server is real, and so are its database and the pages that `make ui` built.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.definitions import Definitions
from tessella.domain.features.schema import Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Namespace, Role, SubjectId
from tessella.http.listening import listen
from tessella.http.pages import read_pages
from tessella.http.server import serve
from tessella.ports import Caller, StoredFact
from tessella.settings import Settings
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.customers import write_view
from tools.browser import browser

#: Days since the last purchase of two subjects.
FACTS = {"lapsed": 40.0, "recent": 3.0}
#: As a warehouse has the types of columns.
TYPES = {
    FeatureType.STRING: "VARCHAR", FeatureType.NUMBER: "DOUBLE", FeatureType.INTEGER: "BIGINT",
    FeatureType.TIMESTAMP: "TIMESTAMP",
}  # fmt: skip
#: Of the segment "Lapsing Customers", as the demo has it.
BEFORE = {"gte": ["user.days_since_last_purchase", 28]}
AFTER = {"gte": ["user.days_since_last_purchase", 60]}

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(browser() is None, reason="there is no chromium: python -m tools.browser says why"),
    pytest.mark.skipif(not read_pages().by_path, reason="the admin pages are not built: make ui"),
]


@pytest.fixture
def storage(own_storage: Storage) -> Storage:
    """Its own: the server of a test leaves its event loop as no second one, and no second browser, can start in."""
    return own_storage


@pytest.fixture
async def application(stored: StoredSession, storage: Storage, tmp_path: Path) -> AsyncIterator[Application]:
    """The parts of a server, with the demo's definitions and two subjects."""
    days = FeatureName("user.days_since_last_purchase")
    await stored.add_facts([StoredFact(SubjectId(name), days, value, stored.now()) for name, value in FACTS.items()])
    application = Application(Settings(home=tmp_path / "home"), storage)
    yield application
    await application.close()


@pytest.fixture
async def address(application: Application) -> AsyncIterator[str]:
    """Where it is served."""
    with listen() as listening:
        task = asyncio.create_task(serve(application, listening))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
async def calculated(application: Application, namespace: Namespace, demo_definitions: Definitions) -> None:
    """Its audiences are calculated, over a view of nobody."""
    columns = [each for each in demo_definitions.features.values() if each.source is Source.WAREHOUSE]
    typed = ", ".join(f"NULL::{TYPES[each.type]} AS {each.name}" for each in columns)
    nobody = f"SELECT {typed}, NULL::TIMESTAMP AS updated_at LIMIT 0"
    write_view(application.settings.home, namespace, nobody, source="households")
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        with application.warehouse() as duckdb:
            await usecases.calculate_audiences(
                session, duckdb, application.open_engine, as_of=session.now(), progress=lambda _: None
            )


@pytest.fixture
async def key(storage: Storage, namespace: Namespace) -> str:
    return await storage.administration.create_key(namespace, Role.ADMIN)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """What goes wrong in it, or is kept out of it by its policy, fails the test."""
    found = browser()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=found.program, env=dict(found.environment))
        page = await chromium.new_page(viewport={"width": 1280, "height": 800})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
        yield page
        await chromium.close()
    assert wrong == []


async def sign_in(page: Page, address: str, key: str) -> None:
    await page.goto(address)
    await page.get_by_label("API key").fill(key)
    await page.get_by_role("button", name="Sign in").click()


async def rule_as_json(page: Page) -> object:
    lines = await page.locator(".cm-line").all_text_contents()
    return json.loads("".join(lines))


async def find_lapsing_customers(page: Page) -> None:
    row = page.get_by_role("listitem").filter(has_text="Lapsing Customers")
    await expect(row).to_contain_text("user.days_since_last_purchase is at least 28")
    await row.get_by_role("link").click()
    await page.get_by_role("tab", name="Rule").click()
    await expect(page.locator(".cm-content")).to_contain_text("user.days_since_last_purchase")


async def change_the_rule(page: Page) -> None:
    assert await rule_as_json(page) == BEFORE
    await page.get_by_label("Value").fill("60")
    await expect(page.locator(".cm-content")).to_contain_text("60")
    assert await rule_as_json(page) == AFTER
    await expect(page.get_by_text("user.days_since_last_purchase is at least 60")).to_be_visible()


async def try_it_on_somebody(page: Page) -> None:
    await page.get_by_role("tab", name="Try it").click()
    await page.get_by_label("Subject").fill("lapsed")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("The rule does not match.")).to_be_visible()
    await expect(page.get_by_text("saw 40, a stored fact").first).to_be_visible()


async def publish(page: Page) -> None:
    await page.get_by_role("tab", name="Publish").click()
    await page.get_by_role("button", name="Plan", exact=True).click()
    await expect(page.get_by_text("Lapsing Customers → default")).to_be_visible()
    await expect(page.get_by_role("deletion")).to_contain_text("user.days_since_last_purchase is at least 28")
    await expect(page.get_by_role("insertion")).to_contain_text("user.days_since_last_purchase is at least 60")
    await page.get_by_label("Why").fill("Two months are a lapse")
    await page.get_by_role("button", name="Publish this plan").click()
    await expect(page.get_by_text(re.compile(r"^Published\."))).to_be_visible()


async def go_back(page: Page) -> None:
    await page.get_by_role("tab", name="History").click()
    older = page.get_by_role("listitem").filter(has_text="Version 1")
    await older.get_by_role("button", name="Go back to this").click()
    await older.get_by_role("button", name="Go back", exact=True).click()
    await expect(page.get_by_text("Version 1 is in force again.")).to_be_visible()


async def test_a_marketer_changes_a_rule_tries_it_publishes_it_and_goes_back(
    page: Page, address: str, key: str, admin: httpx.AsyncClient
) -> None:
    await sign_in(page, address, key)
    await find_lapsing_customers(page)
    await change_the_rule(page)
    await try_it_on_somebody(page)
    await publish(page)
    assert await rule_in_force(admin) == AFTER
    await go_back(page)
    assert await rule_in_force(admin) == BEFORE
    await page.get_by_role("tab", name="Rule").click()
    assert await rule_as_json(page) == BEFORE


async def rule_in_force(admin: httpx.AsyncClient) -> object:
    return (await admin.get("/api/v1/segments/4")).json()["rules"][0]["expr"]


async def test_json_that_is_typed_is_the_form_and_faults_stand_at_their_node(
    page: Page, address: str, key: str
) -> None:
    await sign_in(page, address, key)
    await page.get_by_role("link", name="Lapsing Customers").click()
    editor = page.locator(".cm-content")
    await editor.click()
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.insert_text('{"any": [{"exists": ["user.tier"]}, {"gt": ["user.ltv", 5]}]}')
    faulty = page.locator('[data-at="/any/1"]')
    await expect(faulty.get_by_role("alert")).to_contain_text("user.ltv_eur")
    await faulty.get_by_role("combobox", name="Feature").click()
    await page.keyboard.type("ltv_eur")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("user.tier has a value or user.ltv_eur is more than 5")).to_be_visible()
    assert await rule_as_json(page) == {"any": [{"exists": ["user.tier"]}, {"gt": ["user.ltv_eur", 5]}]}


@pytest.mark.usefixtures("calculated")
async def test_segments_and_each_part_of_a_rule_say_how_many_they_hold(page: Page, address: str, key: str) -> None:
    await sign_in(page, address, key)
    row = page.get_by_role("listitem").filter(has_text="Lapsing Customers")
    await expect(row).to_contain_text("50 %")
    await row.get_by_role("link").click()
    await page.get_by_role("button", name="Put “not” before it").click()
    whole, condition = page.locator('[data-at=""]'), page.locator('[data-at="/not"]')
    await page.get_by_label("Value").fill("2")
    await expect(condition.locator(".count")).to_have_text("2 of 2")
    await expect(whole.locator(".count").first).to_have_text("0 of 2")


@pytest.mark.usefixtures("calculated")
async def test_a_rule_that_reads_the_request_is_counted_for_a_request_that_is_stated(
    page: Page, address: str, key: str
) -> None:
    await sign_in(page, address, key)
    await page.get_by_role("link", name="Back on the home page in Finland").click()
    await expect(page.get_by_text("without one nobody can be counted")).to_be_visible()
    await page.get_by_label("ctx.region").fill("FI")
    await expect(page.locator('[data-at="/all/0"] .count')).to_have_text("2 of 2")
    await page.get_by_label("ctx.region").fill("SE")
    await expect(page.locator('[data-at="/all/0"] .count')).to_have_text("0 of 2")


async def test_a_key_that_expires_leaves_the_work_there_for_the_next_one(page: Page, address: str, key: str) -> None:
    await sign_in(page, address, key)
    await find_lapsing_customers(page)
    await page.route("**/api/**", lambda route: route.fulfill(status=401))
    await page.get_by_label("Value").fill("60")
    await expect(page.get_by_text("Your key is not valid any more")).to_be_visible()
    await page.unroute("**/api/**")
    await page.keyboard.type(key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Value")).to_have_value("60")


async def test_a_key_that_nobody_knows_is_refused_in_words(page: Page, address: str) -> None:
    await sign_in(page, address, "tess_nobody.1.2")
    await expect(page.get_by_role("alert")).to_have_text("The server does not know this key. Was it pasted whole?")


#: What a browser would run if it took a text for anything else.
SCRIPTS = (
    '<img src=x onerror="window.ran=1">',
    '"><script>window.ran=1</script>',
    "javascript:window.ran=1",
    "{{constructor.constructor('window.ran=1')()}}",
    "\u202e<svg onload=window.ran=1>",
)


async def test_texts_that_are_scripts_are_shown_and_not_run_on_any_tab(
    page: Page, address: str, key: str, admin: httpx.AsyncClient
) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    text = " ".join(SCRIPTS)
    rule = {"rule_id": "r", "expr": {"eq": ["favourite_department", text]}}
    for label in (text, f"{text} again"):  # so that there is something to plan, and a history
        body = {"segment_id": "hostile", "name": label, "description": text, "owner": text, "rules": [rule]}
        made = await admin.put("/api/v1/segments/hostile", json=body)
        assert made.status_code in {200, 201}, made.text
    await sign_in(page, address, key)
    row = page.get_by_role("listitem").filter(has_text="window.ran=1")
    await row.get_by_role("link").click()
    for tab in await page.get_by_role("tab").all():
        await tab.click()
        await expect(tab).to_have_attribute("aria-selected", "true")
    await page.get_by_role("tab", name="History").click()
    await expect(page.get_by_text("window.ran=1").first).to_be_visible()
    assert await page.evaluate("window.ran") is None
    assert dialogs == []
