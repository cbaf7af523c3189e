"""Somebody who operates a namespace: what fails is seen and done again, keys come and go, definitions are checked."""

import httpx
from playwright.sync_api import expect

from tessella.domain.identifiers import Role
from tests.app.conftest import Opened, Served, until


def test_a_job_that_fails_is_seen_on_the_first_page_and_done_again(open_page: Opened, tenant: Served) -> None:
    rule = {"rule_id": "gold", "expr": {"eq": ["tier", "gold"]}}
    with tenant.client() as asked:
        for path, body in (
            ("sources", {"source_id": "crm", "engine": "duckdb", "location": "nowhere"}),
            ("features", {"name": "tier", "type": "string", "source": "warehouse", "customer_source": "crm"}),
            ("segments", {"segment_id": "gold", "name": "Gold", "rules": [rule]}),
            ("audiences", {}),
        ):
            asked.post(f"/api/v1/{path}", json=body).raise_for_status()
    page = open_page(tenant, "/jobs")
    row = page.get_by_role("row", name="Count audiences")
    expect(row.get_by_text("failed", exact=True)).to_be_visible()
    page.get_by_role("link", name="Home").click()
    page.get_by_role("link", name="A job fails: calculate_audiences").click()
    expect(page.get_by_role("alert")).to_contain_text('The source "crm" has no view')

    with tenant.client() as asked:
        for path in ("segments/gold", "features/tier", "sources/crm"):
            asked.delete(f"/api/v1/{path}", headers={"If-Match": '"1"'}).raise_for_status()
    page.get_by_role("button", name="Try again: Count audiences").click()
    expect(page.get_by_text("done", exact=True)).to_be_visible()
    expect(page.get_by_text("attempt 2")).to_be_visible()
    lines = page.get_by_role("list", name="Log").get_by_role("listitem")
    expect(lines.filter(has_text="warning: job failed, reason The source ... has no view")).to_have_count(1)
    expect(lines.last).to_contain_text("work done")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("link", name="A job fails: calculate_audiences")).to_have_count(0)


def test_a_key_is_shown_once_works_and_is_refused_once_it_is_revoked(open_page: Opened, demo: Served) -> None:
    page = open_page(demo, "/keys", Role.SUPERADMIN)
    page.get_by_role("button", name="New key").click()
    expect(page.get_by_label("What it is for")).to_be_focused()
    page.get_by_label("What it is for").fill("<b>Till</b>")
    page.get_by_label("Role").select_option("reader")
    page.get_by_label("Speaks for").fill("13")
    page.get_by_label("Used from").fill("127.0.0.0/8, nowhere")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("nowhere")
    page.get_by_label("Used from").fill("127.0.0.0/8, ::1/128")
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_label("Key", exact=True).input_value()
    page.get_by_role("button", name="I have kept it").click()
    expect(page.get_by_label("Key", exact=True)).to_have_count(0)

    def answered() -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.get(f"{demo.address}/api/v1/subjects/13", headers=headers).status_code

    assert answered() == 200
    row = page.get_by_role("row", name="<b>Till</b>").first
    row.get_by_role("button", name="Revoke").click()
    row.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The key is revoked.")).to_be_visible()
    expect(page.get_by_role("row", name="<b>Till</b>").first).to_contain_text("revoked")
    until(lambda: answered() == 401, "all servers had heard of it: within two seconds")


def test_an_offer_is_told_what_is_wrong_with_it_before_it_is_published(open_page: Opened, tenant: Served) -> None:
    page = open_page(tenant, "/definitions")
    page.get_by_role("link", name="Offers").click()
    page.get_by_role("button", name="New offer").click()
    page.get_by_label("Id", exact=True).fill("coffee")
    page.get_by_label("Name", exact=True).fill("A cup of coffee")
    page.get_by_label("Value, USD").fill("-2")
    expect(page.get_by_text("The value of an offer is 0 or more, in US dollars.").first).to_be_visible()
    expect(page.get_by_role("list", name="What is wrong, by line").get_by_role("listitem")).to_have_count(1)
    page.get_by_label("Value, USD").fill("2.5")
    expect(page.get_by_text("Nothing is wrong with it.")).to_be_visible()
    page.get_by_role("tab", name="Publish").click()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_role("button", name="Publish this plan").click()
    expect(page.get_by_role("heading", name="coffee", level=1)).to_be_visible()
    with tenant.client() as asked:
        offer = asked.get("/api/v1/offers/coffee").json()
    assert (offer["name"], offer["value_usd"]) == ("A cup of coffee", 2.5)
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There is none yet")).to_be_visible()
