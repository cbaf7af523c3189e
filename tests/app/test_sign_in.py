"""Who comes in, how, and what becomes of their work when a session ends."""

from typing import Any

from playwright.sync_api import Browser, expect

from tessella.domain.identifiers import Role
from tests.app.conftest import Opened, Served


def test_a_key_that_is_pasted_once_opens_the_app_and_is_nowhere_a_script_can_read(
    chromium: Browser, demo: Served
) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(f"{demo.address}/app/segments")
    page.get_by_label("API key or token").fill(demo.keys[Role.ADMIN])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Segments")).to_be_visible()
    kept = page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])")
    assert "tess_" not in kept
    (cookie,) = [each for each in context.cookies() if each["name"] == "tessella_session"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    page.reload()
    expect(page.get_by_role("heading", name="Segments")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key or token")).to_be_focused()
    assert [each for each in context.cookies() if each["name"] == "tessella_session"] == []
    context.close()


def test_a_key_that_nobody_knows_is_refused_in_words(chromium: Browser, demo: Served) -> None:
    context = chromium.new_context(locale="en")
    page = context.new_page()
    page.goto(demo.address)
    page.get_by_label("API key or token").fill("tess_nobody.1.2")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The server does not know this key. Was it pasted whole?")
    context.close()


def test_a_key_that_is_revoked_leaves_the_work_there_for_the_next_one(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant, "/segments/new?tab=settings")
    page.get_by_label("Name", exact=True).fill("Half done")
    page.route("**/api/**", lambda route: route.fulfill(status=401))
    page.get_by_label("Id", exact=True).fill("half")
    page.get_by_role("tab", name="Publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    page.unroute("**/api/**")
    page.get_by_label("API key or token").fill(tenant.keys[Role.ADMIN])
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half done")


def test_a_role_sees_what_it_may_do_and_nothing_else(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/home", Role.MONITOR)
    sections = page.get_by_role("navigation", name="Menu")
    expect(sections.get_by_role("link", name="Home")).to_be_visible()
    expect(sections.get_by_role("link", name="Segments")).to_have_count(0)
    page.goto(f"{demo.address}/app/segments")
    expect(page.get_by_text("Your role has nothing to do here.")).to_be_visible()


def test_every_page_gives_its_requests_as_commands_that_work(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/segments")
    expect(page.get_by_role("link", name="VIP Customers")).to_be_visible()
    page.get_by_role("button", name="API", exact=True).click()
    requests = page.get_by_role("combobox", name="Request")
    requests.select_option(label="GET /api/v1/segments?limit=1000")
    page.get_by_role("tab", name="Health").dispatch_event("click")  # below the dialog: other requests come
    expect(requests.locator("option").first).to_contain_text("/ml/")
    shown = page.get_by_role("dialog").locator("pre").inner_text()
    assert shown.startswith(f"curl -X GET '{demo.address}/api/v1/segments?limit=1000'")
    page.get_by_role("combobox", name="The same by the API").select_option("python")
    namespace: dict[str, Any] = {}
    code = (
        page.get_by_role("dialog").locator("pre").inner_text().replace("print(answer.json())", "found = answer.json()")
    )
    exec(code.replace("os.environ['TESSELLA_KEY']", repr(demo.keys[Role.ADMIN])), namespace)
    assert len(namespace["found"]["items"]) >= 13


def test_what_one_wrote_is_not_sent_by_who_signed_in_in_another_tab(
    open_page: Opened, demo: Served, tenant: Served
) -> None:
    page = open_page(tenant, "/segments/new?tab=settings")
    page.get_by_label("Name", exact=True).fill("Half done")
    page.get_by_label("Id", exact=True).fill("half")
    page.context.request.post(f"{demo.address}/api/v1/session", data={"credential": demo.keys[Role.ADMIN]})
    page.get_by_role("tab", name="Publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_text("Somebody else signed in in another tab.")).to_be_visible()
    expect(page.get_by_role("button", name="Leave it and go on as admin of “demo”")).to_be_visible()
    page.get_by_label("API key or token").fill(tenant.keys[Role.ADMIN])
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half done")


def test_who_signs_out_in_one_tab_is_signed_out_in_all(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant, "/segments")
    other = page.context.new_page()
    other.goto(f"{tenant.address}/app/jobs")
    other.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    other.get_by_label("API key or token").fill(tenant.keys[Role.ADMIN])
    other.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Segments", exact=True)).to_be_visible()


def test_a_link_that_is_pasted_into_an_open_page_is_used_at_once(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant, "/segments")
    page.context.clear_cookies()
    page.goto(f"{tenant.address}/app/segments#enter=tlnk_nobodys")
    expect(page.get_by_text("This link was used already, or is too old.")).to_be_visible()
    assert page.url == f"{tenant.address}/app/segments"


def test_work_that_is_unsaved_is_asked_about_before_another_segment_and_before_signing_out(
    open_page: Opened, demo: Served
) -> None:
    page = open_page(demo, "/segments/of/4")
    page.get_by_role("link", name="All segments").click()
    page.get_by_role("link", name="VIP Customers").click()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Name", exact=True).fill("Half done")
    page.evaluate("void (window.confirm = asked => { document.body.dataset.asked += asked; return false })")
    page.get_by_role("button", name="Sign out").click()
    body, question = page.locator("body"), "Leave without publishing? What you changed here is lost."
    expect(body).to_have_attribute("data-asked", "undefined" + question)
    page.evaluate("history.go(-2)")
    expect(body).to_have_attribute("data-asked", "undefined" + question * 2)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half done")
