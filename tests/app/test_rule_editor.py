"""The rule editor of the admin app: a rule by keyboard, by JSON in both of its forms, and tried on somebody.

Nothing is published here: what a rule would do is looked at over the demo's households.
"""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.app.conftest import Opened, Served, write_json

NEW_RULE = "/segments/new?tab=rule"
LAPSING = "/segments/of/4"


def rule_as_json(page: Page) -> object:
    return json.loads("".join(page.locator(".cm-line").all_text_contents()))


def expect_rule(page: Page, rule: object) -> None:
    """Waits for the JSON to say it, however it is laid out."""
    text = re.sub(r"\\?\s+", r"\\s*", re.escape(json.dumps(rule, separators=(" , ", " : "))))
    spaced = re.sub(r"(\\[\[\]{}])", r"\\s*\1\\s*", text)
    expect(page.locator(".cm-content")).to_have_text(re.compile(f"^{spaced}$"))


def node(page: Page, at: str) -> Locator:
    return page.locator(f'[data-at="{at}"]')


def count_of(page: Page, at: str) -> Locator:
    return node(page, at).locator(".count").first


def tab_to(page: Page, wanted: Locator) -> None:
    """Goes there by keyboard, as somebody without a mouse does."""
    expect(wanted).to_be_visible()
    for _ in range(80):
        if wanted.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not come there")


def choose_feature(page: Page, asked: str, name: str) -> None:
    """The focus is in the field of a feature."""
    page.keyboard.type(asked)
    expect(page.get_by_role("option", name=name).first).to_be_visible()
    page.keyboard.press("Enter")


def test_a_rule_is_written_from_nothing_by_keyboard_with_suggested_values_and_live_counts(
    demo: Served, open_page: Opened
) -> None:
    page = open_page(demo, NEW_RULE, may_be_refused=False)
    tab_to(page, page.get_by_role("button", name="+ Condition"))
    page.keyboard.press("Enter")
    expect(node(page, "/all/0").get_by_role("alert")).to_have_text("Choose a feature.")
    expect(page.get_by_text("is wrong")).to_have_count(0)
    choose_feature(page, "profile home store", "user.home_store_365d")
    tab_to(page, node(page, "/all/0").get_by_role("combobox", name="Value"))
    page.keyboard.type("36")
    suggested = page.get_by_role("listbox").get_by_role("option").first
    expect(suggested).to_contain_text("subjects")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    value = node(page, "/all/0").get_by_role("combobox", name="Value").input_value()
    expect_rule(page, {"all": [{"eq": ["user.home_store_365d", value]}]})
    expect(count_of(page, "/all/0")).to_have_text(re.compile(r"^\d+ of 2,469$"))
    expect(count_of(page, "")).to_have_text(count_of(page, "/all/0").inner_text())


def test_parts_of_a_rule_are_moved_copied_and_taken_back_by_keyboard(demo: Served, open_page: Opened) -> None:
    page = open_page(demo, NEW_RULE)
    tier, region = {"eq": ["user.tier", "VIP"]}, {"exists": ["ctx.region"]}
    write_json(page, {"all": [tier, {"any": [region]}]})
    handle = node(page, "/all/1/any/0").get_by_role("button", name="Move this part")
    handle.focus()
    page.keyboard.press("ArrowUp")
    expect_rule(page, {"all": [tier, region, {"any": []}]})
    page.keyboard.press("ArrowUp")
    expect_rule(page, {"all": [region, tier, {"any": []}]})
    expect(node(page, "/all/0").get_by_role("button", name="Move this part")).to_be_focused()
    page.keyboard.press("ControlOrMeta+c")
    page.keyboard.press("ControlOrMeta+v")
    expect_rule(page, {"all": [region, region, tier, {"any": []}]})
    page.keyboard.press("Delete")
    expect_rule(page, {"all": [region, tier, {"any": []}]})
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect_rule(page, {"all": [tier, {"any": [region]}]})
    page.get_by_role("button", name="Redo").click()
    expect_rule(page, {"all": [tier, region, {"any": []}]})


def test_json_that_is_typed_is_the_form_and_faults_stand_at_their_node(demo: Served, open_page: Opened) -> None:
    page = open_page(demo, f"{LAPSING}?tab=rule")
    write_json(page, {"any": [{"exists": ["user.tier"]}, {"gt": ["user.ltv", 5]}]})
    faulty = node(page, "/any/1")
    expect(faulty.get_by_role("alert")).to_contain_text("user.ltv_eur")
    expect(page.get_by_role("list", name="What is wrong, by line")).to_contain_text("user.ltv")
    faulty.get_by_role("combobox", name="Feature").click()
    choose_feature(page, "ltv_eur", "user.ltv_eur")
    expect(page.get_by_text("user.tier has a value or user.ltv_eur is more than 5")).to_be_visible()
    assert rule_as_json(page) == {"any": [{"exists": ["user.tier"]}, {"gt": ["user.ltv_eur", 5]}]}
    expect(count_of(page, "/any/0")).to_have_text("2,469 of 2,469")


def test_a_rule_in_jsonlogic_is_changed_in_the_form_and_rewritten(demo: Served, open_page: Opened) -> None:
    page = open_page(demo, NEW_RULE)
    more = {">": [{"var": "active_products_count"}, 2]}
    write_json(page, {"and": [more, {"!=": [{"var": "customer_status"}, "active"]}]})
    page.get_by_role("button", name="Read it as JSONLogic").click()
    products = node(page, "/and/0")
    expect(count_of(page, "/and/0")).to_have_text(re.compile(" of 2,469$"))
    products.get_by_label("Value").fill("5")
    more = {">": [{"var": "active_products_count"}, 5]}
    expect_rule(page, {"and": [more, {"!=": [{"var": "customer_status"}, "active"]}]})
    page.get_by_label("Written in").select_option("dsl")
    native = [{"gt": ["active_products_count", 5]}, {"not": {"eq": ["customer_status", "active"]}}]
    expect_rule(page, {"all": native})
    page.get_by_label("Written in").select_option("jsonlogic")
    expect_rule(page, {"and": [more, {"!=": [{"var": "customer_status"}, "active"]}]})
    page.get_by_role("button", name="+ Share of people").press("Enter")  # what the server says may move it meanwhile
    expect(page.get_by_text("JSONLogic has no words for this change")).to_be_visible()
    expect_rule(page, {"all": [*native, {"percent": [10, ""]}]})


def test_a_rule_that_reads_the_request_is_counted_for_a_request_that_is_stated(demo: Served, open_page: Opened) -> None:
    page = open_page(demo, NEW_RULE)
    write_json(page, {"all": [{"eq": ["ctx.region", "FI"]}]})
    expect(page.get_by_text("without one nobody can be counted")).to_be_visible()
    page.get_by_role("combobox", name="ctx.region").fill("FI")
    expect(count_of(page, "/all/0")).to_have_text("2,469 of 2,469")
    page.get_by_role("combobox", name="ctx.region").fill("SE")
    expect(count_of(page, "/all/0")).to_have_text("0 of 2,469")


def test_a_column_that_is_no_feature_yet_is_offered_to_be_declared(demo: Served, open_page: Opened) -> None:
    page = open_page(demo, NEW_RULE)
    page.get_by_role("button", name="+ Condition").click()
    page.keyboard.type("updated_at")
    expect(page.get_by_role("group", name="DWH Columns")).to_contain_text("column of households, not a feature yet")
    page.keyboard.press("Enter")
    question = page.get_by_role("group", name="Declare it")
    expect(question).to_contain_text("Make a feature of it")
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)


def test_who_is_tried_gets_told_what_decided_and_why_not_the_other_segments(demo: Served, open_page: Opened) -> None:
    page = open_page(demo, f"{LAPSING}?tab=try&subject=13&at=2018-01-01T05:00:00Z")
    expect(page.get_by_text("The rule does not match.")).to_be_visible()
    expect(page.get_by_text("this request gets “VIP Customers”")).to_be_visible()
    decisive = page.locator(".decisive").first
    expect(decisive).to_contain_text("false")
    expect(decisive).to_contain_text("user.days_since_last_purchase is at least 28")
    expect(decisive).to_contain_text("a stored fact")
    others = page.get_by_role("group")
    expect(others.filter(has_text="VIP Customers").filter(has_text="chosen").first).to_be_visible()
    at_risk = others.filter(has_text="At Risk").first
    expect(at_risk).to_contain_text("does not match")
    expect(at_risk).to_contain_text("user.unusual_silence is at least 0.95: saw 0")
    page.get_by_label("Subject").fill("nobody-of-that-name")
    page.get_by_role("button", name="Try it", exact=True).click()
    expect(decisive).to_contain_text("no value")
    expect(decisive).to_contain_text("nothing is known of it")
    expect(page).to_have_url(re.compile("subject=nobody-of-that-name"))
