"""An operator finds why a subject got what it got: the segment, each layer of the configuration, and each score."""

import re

from playwright.sync_api import Page, expect

from tests.app.conftest import Opened, Served
from tests.demo_home import AT

#: A VIP of the demo, and the last moment that it knows.
HOUSEHOLD_13 = f"/simulator?subject=13&at={AT}"
#: How far apart two sums of numbers of four digits may be.
ROUNDING = 0.0005


def number(text: str) -> float:
    """A number as the page writes it: with a sign before it, and a sign for minus."""
    return float(text.replace("−", "-").replace("+", "").replace(" ", ""))


def steps_of(page: Page, place: int) -> tuple[list[float], float]:
    """What adds up to the score of an item, and the score."""
    item = page.get_by_role("region", name="The list").get_by_role("group").nth(place)
    item.locator("summary").click()
    rows = item.get_by_role("row")
    expect(rows.last).to_contain_text("Score")
    *added, score = [number(row.get_by_role("cell").last.inner_text()) for row in rows.all()[1:]]
    return added, score


def test_an_operator_finds_why_a_household_got_its_list(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/simulator")
    page.get_by_label("Subject").fill("13")
    page.get_by_label("Moment").fill(AT.removesuffix("Z"))
    page.get_by_role("button", name="Simulate").click()
    verdict = page.get_by_role("region", name="What is decided")
    expect(verdict.get_by_role("link", name="VIP Customers")).to_be_visible()
    expect(verdict.get_by_role("link", name="VIP, much novelty")).to_be_visible()
    expect(verdict).to_contain_text("This was simulated, so the audit does not have it.")

    config = page.get_by_role("region", name="Effective configuration")
    popularity = config.get_by_role("row", name=re.compile("^Popularity"))
    expect(popularity.get_by_role("cell")).to_have_text(["0.2", "profile", "0.6 (defaults), 1 (built in)"])

    for place in range(3):
        added, score = steps_of(page, place)
        assert abs(sum(added) - score) < ROUNDING
    expect(page.get_by_text("the subject bought it lately")).to_be_visible()
    expect(page.get_by_role("region", name="Why this segment")).to_contain_text("user.tier")
    expect(page.locator("details").filter(has_text="High Value Customers")).to_contain_text("comes first")


def test_the_address_of_a_simulation_can_be_sent_to_somebody(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, f"{HOUSEHOLD_13}&campaign=new-year-pantry&length=3")
    popularity = page.get_by_role("region", name="Effective configuration").get_by_role(
        "row", name=re.compile("^Popularity")
    )
    expect(popularity).to_contain_text("0.2 (profile), 0.6 (defaults), 1 (built in)")
    expect(popularity.get_by_role("cell").nth(1)).to_have_text("campaign")
    expect(page.get_by_role("region", name="The list").get_by_role("group")).to_have_count(3)
    expect(page.get_by_label("Campaign")).to_have_value("new-year-pantry")


def test_traits_without_a_subject_are_simulated_and_go_back_with_the_browser(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, HOUSEHOLD_13)
    expect(page.get_by_role("link", name="VIP Customers")).to_be_visible()
    page.get_by_label("Subject").fill("nobody-of-ours")
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_text("Nothing is stored about “nobody-of-ours”.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Subject")).to_have_value("13")
    expect(page.get_by_role("link", name="VIP Customers")).to_be_visible()


def test_of_a_subject_who_has_opted_out_nothing_is_read_and_a_missing_index_is_said(
    open_page: Opened, tenant: Served
) -> None:
    with tenant.client() as client:
        settings = {"subject_id": "ann", "personalization_enabled": False, "data_sharing_consent": False}
        client.post("/personalization/settings", json=settings).raise_for_status()
    page = open_page(tenant, "/simulator?subject=ann")
    expect(page.get_by_text("The subject has switched personalization off.")).to_be_visible()
    expect(page.get_by_text("There is no ranking index yet")).to_be_visible()
    expect(page.get_by_text("none matches, so the default applies")).to_be_visible()


def test_what_cannot_be_asked_is_told_where_it_is_asked(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/simulator")
    page.get_by_label(re.compile("as JSON")).fill("{")
    expect(page.get_by_text("The context is not a JSON object.")).to_be_visible()
    page.get_by_label(re.compile("as JSON")).fill("{}")
    page.goto(f"{demo.address}/app/simulator?at=yesterday")
    expect(page.get_by_role("alert")).to_contain_text("A time is ISO 8601 text")
