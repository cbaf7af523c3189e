"""The operator finds why a subject got what it got, and that it comes out the same again."""

import csv
from typing import Any

import httpx
from playwright.sync_api import expect

from tests.app.conftest import NARROW, Opened, Served, until

SUBJECT = "2375"
AT = "2018-01-01T05:00:00Z"


def recorded_as(client: httpx.Client, decision_id: str) -> dict[str, Any]:
    """The row of a decision. It is written a moment after the answer."""
    asked = {"decision_id": decision_id}
    (found,) = until(lambda: client.get("/api/v1/audit", params=asked).json()["items"], "it was recorded")
    return dict(found)


def test_an_operator_finds_why_a_subject_got_what_it_got(open_page: Opened, demo: Served) -> None:
    with demo.client() as client:
        decided = client.post("/api/v1/recommend", json={"subject_id": SUBJECT, "at": AT, "limit": 3}).json()
        recorded = recorded_as(client, decided["decision_id"])
    page = open_page(demo, "/audit")
    page.get_by_label("Subject id").fill(SUBJECT)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The address holds the subject’s pseudonym")).to_be_visible()
    assert f"user_hash={recorded['user_hash']}" in page.url
    assert SUBJECT not in page.url
    expect(page.get_by_label("Subject id")).to_have_value("")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save these as CSV").click()
    with saved.value.path().open(newline="") as file:
        assert decided["decision_id"] in {row["decision_id"] for row in csv.DictReader(file)}
    page.locator(f"a[href$='{decided['decision_id']}']").click()
    expect(page.get_by_text(recorded["body"]["reasons"][0]["text"])).to_be_visible()
    values = page.get_by_role("region", name="What was read").get_by_role("row")
    expect(values).to_have_count(len(recorded["body"]["features"]) + 1)
    expect(page.get_by_role("region", name="The list that was given").get_by_role("row")).to_have_count(4)
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("Equal: the same comes out again")).to_be_visible()
    page.get_by_role("button", name="Try the rules").click()
    expect(page.get_by_text("The rule matches.", exact=True)).to_be_visible()


def test_a_replay_that_hangs_on_the_subject_asks_for_them_and_refuses_another(open_page: Opened, demo: Served) -> None:
    with demo.client() as client:
        asked = {"subject_id": SUBJECT, "at": AT, "limit": 3}
        decision_id = client.post("/api/v1/recommend", json=asked).json()["decision_id"]
        recorded_as(client, decision_id)
    page = open_page(demo, f"/audit/of/{decision_id}", size=NARROW)
    page.get_by_role("button", name="Replay").click()
    subject = page.get_by_label("Subject id, for the replay")
    expect(subject).to_be_focused()
    subject.fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("It cannot be replayed.")
    subject.fill(SUBJECT)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Equal: the same comes out again")).to_be_visible()
    assert f"/{SUBJECT}" not in page.url
