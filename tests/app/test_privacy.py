"""The privacy officer: somebody opts out, sees what everybody gets, is erased, and is gone."""

from http import HTTPStatus
from uuid import uuid4

import httpx
from playwright.sync_api import Page, expect

from tests.app.conftest import Opened, Served, until

SCOPE = "daily_horoscopes"
WHEN = "2018-01-01T05:00:00Z"


def known(demo: Served) -> str:
    """A subject of the test's own, of whom something is stored."""
    subject = f"officer-{uuid4().hex[:8]}"
    facts = [{"subject_id": subject, "values": {"user.zodiac": "leo"}, "as_of": WHEN}]
    with demo.client() as client:
        client.post("/api/v1/facts", json={"facts": facts}).raise_for_status()
    return subject


def orders(page: Page) -> list[str]:
    """The items of the order that is shown."""
    page.get_by_role("button", name="Show the order").click()
    rows = page.get_by_role("region", name="Items in their order").get_by_role("rowheader")
    expect(rows.first).to_be_visible()
    return rows.all_inner_texts()


def names_nobody(page: Page, subject: str) -> None:
    """An id of a person stands in no address and in no storage of the browser."""
    kept = page.evaluate("JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, history.state])")
    assert subject not in kept


def test_a_subject_opts_out_gets_what_everybody_gets_and_is_erased(open_page: Opened, demo: Served) -> None:
    subject = known(demo)
    page = open_page(demo, "/personalization?tab=why")
    page.get_by_label("Subject id").fill(subject)
    personal = orders(page)
    expect(page.get_by_text("This order is the subject’s own")).to_be_visible()
    page.get_by_role("tab", name="Consent").click()
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("One fact is stored of this subject.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export everything that is stored").click()
    assert subject not in saved.value.suggested_filename
    assert "leo" in saved.value.path().read_text()
    page.get_by_role("button", name="Opt out of personalization").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Opted out", exact=True)).to_be_visible()
    page.get_by_role("link", name="The order they get").click()
    assert orders(page) != personal
    expect(page.get_by_text("This is the default order")).to_be_visible()
    expect(page.get_by_text("The subject has switched personalization off.")).to_be_visible()
    erased(page, subject)
    with demo.client() as client:
        assert client.get(f"/api/v1/subjects/{subject}").status_code == HTTPStatus.NOT_FOUND
        listed = client.get("/api/v1/privacy/erasures").json()["items"][0]
    expect(page.get_by_role("row").filter(has_text=listed["user_hash"])).to_contain_text("succeeded")
    names_nobody(page, subject)


def erased(page: Page, subject: str) -> None:
    """Types the id twice, waits for the job, and looks whether they are gone."""
    page.get_by_role("tab", name="Erasure").click()
    page.get_by_role("tabpanel", name="Erasure").get_by_label("Subject id").fill(subject)
    page.get_by_role("button", name="Erase…").click()
    page.get_by_label("Type the id again").fill(subject[:-1])
    expect(page.get_by_role("button", name="Erase for ever")).to_be_disabled()
    page.get_by_label("Type the id again").fill(subject)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Erased.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Verify that they are gone").click()
    expect(page.get_by_text("Gone: the subject is not found")).to_be_visible()
    page.get_by_role("button", name="Forget the id here").click()
    page.get_by_role("button", name="API", exact=True).click()
    expect(page.get_by_text(subject)).to_have_count(0)
    page.keyboard.press("Escape")


def is_told(client: httpx.Client, flag: str, value: object) -> None:
    """Every process of the server knows of a flag within two seconds; any of them may be asked."""
    until(lambda: client.get("/admin/features").json()[flag] == value, f"{flag} is {value}")


def test_the_kill_switch_asks_first_and_says_what_everybody_gets(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant, "/personalization")
    page.get_by_role("button", name="Switch personal orders off").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    with tenant.client() as client:
        assert client.get("/admin/features").json()["personalization_rankings"]
        page.get_by_role("button", name="Switch personal orders off").click()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Everybody gets the default order. Settings")).to_be_visible()
        expect(page.get_by_role("button", name="Switch personal orders on")).to_be_visible()
        is_told(client, "personalization_rankings", False)
        page.get_by_label("Share of subjects", exact=True).fill("25")
        page.get_by_role("button", name="Change the rollout").click()
        page.get_by_role("button", name="Yes, change it").click()
        expect(page.get_by_text("25 %", exact=True)).to_be_visible()
        is_told(client, "rollout_percent", 25)
    page.get_by_role("button", name="Switch learned models on").click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("but the installation does not")).to_be_visible()
