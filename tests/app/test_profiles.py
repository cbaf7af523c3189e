"""A marketer's profiles: changed beside the list that comes of them, published, taken back, compared, and tuned."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.conftest import Opened, Served, until

UNTIL = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
#: How many bought each: what is popular. Those who buy tea buy biscuits.
BASKETS = {("milk",): 12, ("rice",): 8, ("tea", "biscuit"): 4, ("apple",): 2}
PLAIN = {"gamma": 0, "delta": 0, "profile_boost": 0, "mmr_lambda": 1}
PROFILES: dict[str, dict[str, Any]] = {
    "popular": {"name": "What is popular", "alpha": 1, "beta": 0, **PLAIN},
    "company": {"name": "What goes together", "alpha": 0, "beta": 1, **PLAIN},
}


def events(*, days: Sequence[int] = (3,)) -> list[dict[str, Any]]:
    """What was bought so many days ago; Ann has bought tea."""
    who = [basket for basket, count in BASKETS.items() for _ in range(count)]
    bought = [(f"s{place}", item) for place, basket in enumerate(who) for item in basket] + [("ann", "tea")]
    return [
        {
            "event_id": f"{subject}-{item}-{ago}", "subject_id": subject, "event_type": "purchase", "item_id": item,
            "occurred_at": (UNTIL - timedelta(days=ago)).isoformat(),
        }
        for subject, item in bought for ago in days
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop(make_tenant: Callable[[], Served]) -> Served:
    """Two profiles, of which one is everybody's, and a ranking index. What a test changes here, no other one reads."""
    tenant = make_tenant()
    changes = [
        {"kind": "profile", "identifier": name, "body": {"profile_id": name, **body}} for name, body in PROFILES.items()
    ]
    everybody = {
        "segment_id": "all",
        "name": "Everybody",
        "profile_id": "popular",
        "rules": [{"rule_id": "all", "expr": {"all": []}}],
    }
    changes.append({"kind": "segment", "identifier": "all", "body": everybody})
    with tenant.client() as client:
        client.post("/api/v1/publish", json={"changes": changes}).raise_for_status()
        items = [{"item_id": item, "name": item.title()} for basket in BASKETS for item in basket]
        client.post("/api/v1/items", json=items).raise_for_status()
        client.post("/api/v1/events", json=events(days=(20, 10, 3))).raise_for_status()
        client.post("/api/v1/ranking/indexes").raise_for_status()
        until(lambda: client.post("/api/v1/recommend", json={"subject_id": "ann"}).json()["items"], "there are items")
    return tenant


def knob(served: Served, name: str, profile: str = "popular") -> Any:
    with served.client() as client:
        return client.get(f"/api/v1/profiles/{profile}").json().get(name)


def default(served: Served, name: str) -> Any:
    """By a process that the server chooses: each connection may be to another one."""
    with served.client() as client:
        knobs = client.get("/api/v1/profiles/knobs").json()["items"]
    return next(each["value"] for each in knobs if each["name"] == name)


def first_of(page: Page, name: str) -> Locator:
    """The first item of a list."""
    return page.get_by_role("region", name=name, exact=True).get_by_role("listitem").first


def test_a_marketer_moves_a_slider_sees_the_list_change_publishes_and_goes_back(
    open_page: Opened, shop: Served
) -> None:
    page = open_page(shop, "/profiles")
    row = page.get_by_role("row", name=re.compile("What is popular"))
    expect(row.get_by_role("link", name="Everybody")).to_be_visible()
    row.get_by_role("link", name="What is popular").click()
    page.get_by_label("Subject").fill("ann")
    page.get_by_label("Subject").press("Tab")
    expect(first_of(page, "As it is published")).to_contain_text("Milk")
    expect(page.get_by_text("Both lists are the same.")).to_be_visible()

    page.get_by_role("slider", name="Popularity, slider", exact=True).press("Home")
    page.get_by_label("Bought together", exact=True).fill("2")
    expect(first_of(page, "With your changes")).to_contain_text("Biscuit")
    expect(first_of(page, "With your changes")).to_contain_text("up")
    expect(first_of(page, "As it is published")).to_contain_text("Milk")
    assert knob(shop, "beta") == 0

    page.get_by_role("button", name="Go on to publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_text("Bought together").last).to_be_visible()
    page.get_by_role("button", name="Publish this plan").click()
    expect(page.get_by_text(re.compile(r"^Published\."))).to_be_visible()
    assert (knob(shop, "alpha"), knob(shop, "beta")) == (0, 2)

    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Go back to this").click()
    page.get_by_role("button", name="Go back", exact=True).click()
    expect(page.get_by_text(re.compile("is in force again"))).to_be_visible()
    assert (knob(shop, "alpha"), knob(shop, "beta")) == (1, 0)


def test_a_knob_that_is_left_out_says_what_holds_and_a_wrong_one_what_it_may_be(
    open_page: Opened, shop: Served
) -> None:
    page = open_page(shop, "/profiles/of/popular")
    likeness = page.locator(".knob").filter(has=page.get_by_label("Likeness", exact=True))
    expect(likeness).to_contain_text("Set here, over 0.2 (built in).")
    page.get_by_role("button", name="Leave it out: Likeness").click()
    expect(likeness).to_contain_text("Not set here: 0.2 (built in) holds.")
    expect(page.get_by_label("Likeness", exact=True)).to_have_value("0.2")
    page.get_by_label("Popularity", exact=True).fill("11")
    expect(page.get_by_role("alert")).to_have_text("It has to be from 0 to 10.")
    page.get_by_label("Popularity", exact=True).press("Tab")
    expect(page.get_by_label("Popularity", exact=True)).to_have_value("1")
    page.get_by_role("button", name="Undo my changes").click()
    page.get_by_role("button", name="Yes").click()
    expect(likeness).to_contain_text("Set here, over 0.2 (built in).")


def test_the_defaults_change_what_every_profile_leaves_out(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/profiles/defaults")
    page.get_by_label("Items of one brand").and_(page.get_by_role("spinbutton")).fill("7")
    page.get_by_role("button", name="Go on to publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_role("button", name="Publish this plan").click()
    expect(page.get_by_text(re.compile(r"^Published\."))).to_be_visible()
    until(lambda: all(default(shop, "brand_cap") == 7 for _ in range(10)), "every process has heard of it")
    page.goto(f"{shop.address}/app/profiles/of/popular")
    expect(page.get_by_text("Not set here: 7 items (defaults) holds.")).to_be_visible()


def test_two_profiles_stand_side_by_side_with_what_moved_and_how_their_knobs_differ(
    open_page: Opened, shop: Served
) -> None:
    page = open_page(shop, "/profiles/compare?subject=ann")
    page.get_by_label("First").select_option("What is popular")
    page.get_by_label("Second").select_option("What goes together")
    expect(first_of(page, "What is popular")).to_contain_text("Milk")
    expect(first_of(page, "What goes together")).to_contain_text("Biscuit")
    expect(page.get_by_text(re.compile(r"^\d of 5 items are in both lists"))).to_be_visible()
    expect(
        page.get_by_text("By itself this request gets the segment “Everybody” and the profile “What is popular”.")
    ).to_be_visible()
    table = page.get_by_role("region", name="Knobs")
    expect(table.get_by_role("row", name=re.compile("^Popularity"))).to_contain_text("10")
    expect(table.get_by_role("row")).to_have_count(3)


def test_an_analyst_has_knobs_searched_for_and_finds_the_report(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/profiles/tuning")
    expect(page.get_by_role("heading", name="Nothing was evaluated yet.")).to_be_visible()
    page.get_by_label("What", exact=True).select_option("Tune “What is popular”")
    page.get_by_label("Days held out").fill("7")
    page.get_by_label("Until").fill(f"{UNTIL:%Y-%m-%dT%H:%M:%S}")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="What was found for “popular”")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("region", name="All metrics")).to_contain_text("Profile as it is")
    apply = page.get_by_role("button", name="Apply these to the profile")
    if apply.is_visible():  # else nothing better was found
        apply.click()
        expect(page.get_by_text("The knobs that a tuning has found are set here")).to_be_visible()
        expect(page.get_by_role("button", name="Go on to publish")).to_be_visible()
    assert knob(shop, "alpha") == 1


def test_a_profile_is_made_and_deleted_again(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/profiles")
    page.get_by_role("button", name="New profile").click()
    page.get_by_label("Id", exact=True).fill("calm")
    page.get_by_label("Name", exact=True).fill("<b>Calm</b>")
    page.get_by_role("tab", name="Knobs").click()
    expect(first_of(page, "By the defaults")).to_be_visible()
    page.get_by_role("tab", name="Publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_role("button", name="Publish this plan").click()
    expect(page).to_have_url(re.compile("/app/profiles/of/calm"))
    expect(page.get_by_role("heading", level=1)).to_have_text("<b>Calm</b>")
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("button", name="Delete this profile").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Profiles")
    expect(page.get_by_role("link", name="What is popular")).to_be_visible()
    assert knob(shop, "profile_id", "calm") is None
