"""A marketer's segments: found, put in order, switched, and read: who is in them, and what is predicted of them."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.app.conftest import Opened, Served, write_json

#: Of the tenant: by id the name, the priority and the rule.
SEGMENTS: dict[str, tuple[str, int, Any]] = {
    "vip": ("VIP", 30, {"eq": ["user.tier", "VIP"]}),
    "big": ("Big spenders", 20, {"gte": ["user.spend", 100]}),
    "any": ("Anybody who spends", 10, {"gt": ["user.spend", 0]}),
}
#: Their tiers and what they spend: two of three VIPs spend much.
SUBJECTS = {"anna": ("VIP", 500), "ben": ("VIP", 200), "carl": ("VIP", 5), "dora": ("none", 300), "emil": ("none", 5)}

PUBLISHED = re.compile(r"^Published\.")


def change(kind: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "identifier": name, "body": body}


def segment(name: str, title: str, priority: int, expr: Any) -> dict[str, Any]:
    rule = {"rule_id": "rule-1", "expr": expr}
    return change("segment", name, {"segment_id": name, "name": title, "priority": priority, "rules": [rule]})


def feature(name: str, kind: str) -> dict[str, Any]:
    return change("feature", name, {"name": name, "type": kind})


@pytest.fixture
def shop(tenant: Served) -> Served:
    """A namespace with three segments, and five subjects in them."""
    with tenant.client() as client:
        changes = [feature("user.tier", "string"), feature("user.spend", "number")]
        changes += [segment(name, *told) for name, told in SEGMENTS.items()]
        client.post("/api/v1/publish", json={"changes": changes}).raise_for_status()
        facts = [
            {"subject_id": name, "values": {"user.tier": tier, "user.spend": spend}}
            for name, (tier, spend) in SUBJECTS.items()
        ]
        client.post("/api/v1/facts", json={"facts": facts}).raise_for_status()
    return tenant


def order(page: Page) -> Sequence[str]:
    """The names in the list, the first tried first."""
    expect(page.get_by_role("list", name="Segments").get_by_role("listitem").first).to_be_visible()
    return page.locator("li[data-index] a.name").all_inner_texts()


def priorities(served: Served) -> dict[str, int]:
    with served.client() as client:
        return {each["segment_id"]: each["priority"] for each in client.get("/api/v1/segments").json()["items"]}


def test_a_marketer_finds_a_segment_by_its_name_and_by_its_rule(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/segments")
    assert order(page) == ["VIP", "Big spenders", "Anybody who spends"]
    expect(page.get_by_text("user.spend is at least 100")).to_be_visible()
    search = page.get_by_role("searchbox", name="Find a segment")
    search.fill("user.spend is at least")
    expect(page.get_by_text("1 of 3 segments")).to_be_visible()
    search.fill("user.spend")
    expect(page.get_by_text("2 of 3 segments")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Move"))).to_have_count(0)
    search.fill("nothing of ours")
    expect(page.get_by_role("heading", name="No segment has “nothing of ours”")).to_be_visible()


def test_a_marketer_puts_segments_in_another_order_by_keys_and_sees_who_moves_before_it_is_saved(
    open_page: Opened, shop: Served
) -> None:
    page = open_page(shop, "/segments")
    page.get_by_role("button", name="Move “Big spenders”").press("ArrowUp")
    assert order(page) == ["Big spenders", "VIP", "Anybody who spends"]
    expect(page.get_by_role("button", name="Move “Big spenders”")).to_be_focused()
    expect(page.get_by_text("Big spenders: now 1 of 3.")).to_be_attached()
    expect(page.get_by_text("Of 5 subjects with stored facts, 2 subjects would move.")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="VIP → Big spenders")).to_contain_text("2 subjects")
    page.get_by_role("button", name="Undo").click()
    assert order(page) == ["VIP", "Big spenders", "Anybody who spends"]
    expect(page.get_by_role("region", name="Changes that are not published")).to_have_count(0)
    assert priorities(shop) == {"vip": 30, "big": 20, "any": 10}

    page.get_by_role("button", name="Move “VIP”").press("End")
    page.get_by_label("Why").fill("Money first")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    assert priorities(shop) == {"big": 30, "any": 20, "vip": 10}
    page.reload()
    assert order(page) == ["Big spenders", "Anybody who spends", "VIP"]


def test_a_segment_that_is_newer_than_the_last_count_says_so_and_is_counted_from_its_page(
    open_page: Opened, shop: Served
) -> None:
    page = open_page(shop, "/segments/of/vip")
    page.get_by_role("button", name="Count everybody").click()
    expect(page.get_by_role("definition").first).to_have_text("3")
    with shop.client() as client:
        new = segment("thrifty", "Thrifty", 40, {"lt": ["user.spend", 10]})
        client.post("/api/v1/publish", json={"changes": [new]}).raise_for_status()
    page.goto(f"{shop.address}/app/segments/of/thrifty")
    expect(page.get_by_text("It was published after the last count.")).to_be_visible()
    page.get_by_role("button", name="Count everybody").click()
    expect(page.get_by_role("definition").first).to_have_text("2")


def test_a_plan_names_its_moment_what_it_cannot_tell_and_a_new_segment_by_its_name(
    open_page: Opened, shop: Served
) -> None:
    with shop.client() as client:
        asking = [change("feature", "ctx.hour", {"name": "ctx.hour", "type": "integer", "source": "request"})]
        asking += [segment("night", "By night", 50, {"gte": ["ctx.hour", 20]})]
        client.post("/api/v1/publish", json={"changes": asking}).raise_for_status()
    page = open_page(shop, "/segments/new")
    page.get_by_label("Name", exact=True).fill("Thrifty")
    page.get_by_label("Id", exact=True).fill("thrifty")
    page.get_by_label("Priority").fill("40")
    page.get_by_role("button", name="Next: the rule").press("Enter")
    expect(page.get_by_role("tab", name="Rule")).to_be_focused()
    write_json(page, {"lt": ["user.spend", 10]})
    page.get_by_role("tab", name="Publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_text("Counted from stored facts, as of")).to_contain_text("who is in By night")
    expect(page.get_by_role("listitem").filter(has_text="VIP → Thrifty")).to_contain_text("1 subject")
    expect(page.get_by_role("deletion")).to_have_count(0)


def test_a_segment_is_dragged_to_another_place(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/segments")
    handle, target = (page.get_by_role("button", name=f"Move “{name}”") for name in ("Anybody who spends", "VIP"))
    start, end = handle.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 5, end["y"] + 10, steps=5)
    page.mouse.up()
    assert order(page) == ["Anybody who spends", "VIP", "Big spenders"]
    expect(page.get_by_text("would move.")).to_be_visible()


def test_a_segment_is_switched_off_and_on_and_who_moves_is_said_before(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/segments")
    switch = page.get_by_role("switch", name="“VIP” is switched on")
    switch.click()
    expect(page.get_by_text("VIP → Big spenders")).to_be_visible()
    expect(page.get_by_text("VIP → Anybody who spends")).to_be_visible()
    switch.click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    switch.click()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    with shop.client() as client:
        assert client.get("/api/v1/segments/vip").json()["active"] is False
    assert priorities(shop)["vip"] == 30


def test_what_somebody_else_publishes_meanwhile_is_not_taken_back(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/segments")
    page.get_by_role("button", name="Move “VIP”").press("ArrowDown")
    expect(page.get_by_role("button", name="Save and publish")).to_be_visible()
    with shop.client() as client:
        body = client.get("/api/v1/segments/vip").json() | {"name": "Very important"}
        client.put("/api/v1/segments/vip", json=body).raise_for_status()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Somebody published something since this was planned.")).to_be_visible()
    page.get_by_role("button", name="Plan again").click()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text(PUBLISHED)).to_be_visible()
    assert priorities(shop) == {"big": 30, "vip": 20, "any": 10}
    assert order(page) == ["Big spenders", "Very important", "Anybody who spends"]


def test_of_a_long_list_only_the_rows_in_view_are_drawn_and_each_says_its_place(
    open_page: Opened, tenant: Served
) -> None:
    many = [segment(f"s-{n:03}", f"Segment {n}", 1000 - n, {"eq": ["user.tier", str(n)]}) for n in range(300)]
    with tenant.client() as client:
        changes = [feature("user.tier", "string"), *many]
        client.post("/api/v1/publish", json={"changes": changes}).raise_for_status()
    page = open_page(tenant, "/segments")
    rows = page.locator("li[data-index]")
    expect(rows.first).to_have_attribute("aria-setsize", "300")
    assert rows.count() < 40
    handle = page.get_by_role("button", name="Move “Segment 0”")
    handle.press("End")
    expect(handle).to_be_focused()
    expect(handle).to_be_in_viewport()
    expect(rows.filter(has=handle)).to_have_attribute("aria-posinset", "300")
    page.mouse.wheel(0, -100_000)
    expect(page.get_by_role("link", name="Segment 1", exact=True)).to_be_in_viewport()
    expect(handle).to_be_focused()


def figures(demo: Served, path: str) -> Any:
    with demo.client() as client:
        return client.get(path).raise_for_status().json()


def percent(value: float) -> str:
    """As pages say it: a digit more where it is small."""
    return f"{round(value, 1 if value < 10 else 0):g} %"


def test_the_predictions_of_a_segment_are_those_of_the_api(open_page: Opened, demo: Served) -> None:
    told = figures(demo, "/api/loyalty/v1/segments/4/ml/stats")
    page = open_page(demo, "/segments/of/4")
    page.get_by_role("tab", name="ML Predictions").click()
    assert "tab=predictions" in page.url
    expect(
        page.get_by_text(f"Predicted for {told['sampled_count']} of {told['member_count']} members.")
    ).to_be_visible()
    churn = page.get_by_role("region", name="Churn Risk Distribution")
    for risk in ("high", "medium", "low"):
        row = churn.get_by_role("row", name=f"{risk.title()} Risk")
        expect(row).to_contain_text(percent(told["stats"]["churn"][f"{risk}_percentage"]))
        expect(row).to_contain_text(f"{told['stats']['churn'][risk]} customers")
    for offer, customers in told["stats"]["nbo"]["top_offers"]:
        expect(page.get_by_role("row", name=offer)).to_contain_text(f"{customers} customers")
    for cell, customers in told["stats"]["rfm"]["distribution"].items():
        expect(page.get_by_role("list", name="RFM cells").get_by_title(cell)).to_contain_text(str(customers))
    page.get_by_role("link", name="Card of “churn”").click()
    expect(page).to_have_url(re.compile("/models/of/churn$"))


def test_predictions_for_everybody_are_run_by_a_job(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/segments/of/2?tab=predictions")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Predicted. The figures above are read anew.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Members")).to_have_value("all")
    expect(page.get_by_role("button", name="Save as CSV: Churn risk over time")).to_be_visible()


def test_the_members_of_a_segment_are_listed_exported_and_opened_in_the_simulator(
    open_page: Opened, demo: Served
) -> None:
    told = figures(demo, "/api/v1/segments/1/members?limit=200")
    page = open_page(demo, "/segments/of/1?tab=members")
    listed = page.get_by_role("list", name="members").get_by_role("listitem")
    expect(listed).to_have_count(100)
    page.get_by_role("button", name="Show more").click()
    expect(listed).to_have_count(200)
    assert listed.all_inner_texts() == told["items"]
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("792 rows are written to")).to_be_visible()
    listed.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/simulator\\?subject={told['items'][0]}"))


def test_a_segment_says_what_sets_it_apart_who_came_and_left_and_where_it_is_used(
    open_page: Opened, demo: Served
) -> None:
    page = open_page(demo, "/segments/of/3")
    expect(page.get_by_role("tab", name="Overview")).to_have_attribute("aria-selected", "true")
    apart = figures(demo, "/api/v1/segments/3/profile")
    first = next(each["feature"] for each in apart["differences"] if each["sure"] and not each["own"])
    expect(page.get_by_role("img", name=re.compile(f"How far from the others. {re.escape(first)}"))).to_be_visible()
    events = [each["event"] for each in figures(demo, "/api/v1/segments/3/changes?limit=1000")["items"]]
    came, left = events.count("segment.entered"), events.count("segment.left")
    expect(page.get_by_role("img", name=re.compile(f"Who came and who left.* {came} {left}$"))).to_be_visible()
    overlap = page.get_by_role("region", name="Overlap with other segments")
    expect(overlap.get_by_role("row", name="High Value Customers")).to_contain_text("52")
    page.get_by_role("tab", name="Used by").click()
    expect(page.get_by_role("link", name="VIP Customers")).to_be_visible()
    expect(page.get_by_text("It cannot be deleted while these read it.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete this segment")).to_have_count(0)


def test_a_segment_that_nothing_names_is_deleted_after_a_question(open_page: Opened, shop: Served) -> None:
    page = open_page(shop, "/segments/of/any?tab=usage")
    page.get_by_role("button", name="Delete this segment").click()
    page.get_by_role("group", name="Delete “Anybody who spends”?").get_by_role("button", name="Yes").click()
    assert order(page) == ["VIP", "Big spenders"]


def test_a_segment_of_which_only_a_request_knows_the_members_says_so(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/segments/of/evening-home", may_be_refused=False)
    for tab in ("Overview", "Members", "ML Predictions"):
        page.get_by_role("tab", name=tab).click()
        expect(
            page.get_by_role("tabpanel", name=tab).get_by_text("Who is in it depends on the request")
        ).to_be_visible()


def test_the_health_of_all_segments_stands_side_by_side(open_page: Opened, demo: Served) -> None:
    told = figures(demo, "/api/loyalty/v1/segments/2/ml/stats")["stats"]
    page = open_page(demo, "/segments?view=health")
    row = page.get_by_role("row", name="New Customers")
    expect(row).to_contain_text(f"{told['churn']['high_percentage']:.0f} %")
    expect(row).to_contain_text(told["nbo"]["top_offers"][0][0])
    expect(page.get_by_text("0 segments are marked.")).to_be_visible()
    page.get_by_label("Mark segments").fill("10")
    expect(row).to_contain_text("over the mark")
    expect(page.get_by_text("One segment is marked.")).to_be_visible()
    page.get_by_label("In order of").select_option("high churn risk")
    expect(page.get_by_role("row").nth(1)).to_contain_text("New Customers")
    row.get_by_role("link").click()
    expect(page.get_by_role("tab", name="ML Predictions")).to_have_attribute("aria-selected", "true")
