"""Names are texts and nothing else: every one of a public list of strings that have broken programs is shown as it is.

The list is Max Woolf's Big List of Naughty Strings (MIT), which npm installs beside the pages' own packages.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.app.conftest import Opened, Served, until
from tests.app.test_segments import change, feature

LIST = Path(__file__).parents[2] / "admin" / "node_modules" / "big-list-of-naughty-strings" / "blns.json"
#: Beside the list: what it would take to run in a page like this one.
OURS = (
    '<img src=x onerror="window.ran=true">', '"><svg onload="window.ran=true">', "{{ window.ran = true }}",
    '${window.ran=true}', "javascript:window.ran=true", "%s {0} {a|b}", "\u202eright to left", "a" * 300,
)  # fmt: skip
#: What no text in PostgreSQL or in JSON can be.
NOT_TEXT = ("nul \0 in it", "half a \ud83d pair")
#: Every row of a list of which only those in view are drawn: what it shows and its title, from the top to the bottom.
ROWS = """async () => {
  const found = new Map()
  const rows = () => [...document.querySelectorAll('li[data-index]')]
  const isLast = (each) => each.ariaPosInSet === each.ariaSetSize
  const isDrawn = () => rows().some((each) => each.getBoundingClientRect().bottom >= innerHeight || isLast(each))
  for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight / 2) {
    window.scrollTo(0, at)
    do await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))); while (!isDrawn())
    for (const each of rows()) {
      const name = each.querySelector('a.name')
      found.set(Number(each.ariaPosInSet), [name.textContent, name.title])
    }
  }
  return [...found].sort(([one], [other]) => one - other).map(([, told]) => told)
}"""


@pytest.fixture(scope="module")
def strings() -> Sequence[str]:
    """The list without what is in it twice, and with ours. An empty name is none: the id stands in its place."""
    return [*dict.fromkeys(each for each in [*json.loads(LIST.read_text()), *OURS] if each)]


def segment(number: int, name: str, expr: Any, *, active: bool = True) -> dict[str, Any]:
    told = {"name": name, "owner": name, "description": name, "priority": 1000 - number, "active": active}
    rules = [{"rule_id": "rule-1", "expr": expr}]
    return change("segment", f"s-{number:03}", {"segment_id": f"s-{number:03}", **told, "rules": rules})


def profile(number: int, name: str) -> dict[str, Any]:
    return change("profile", f"p-{number:03}", {"profile_id": f"p-{number:03}", "name": name})


def publish(served: Served, changes: Sequence[dict[str, Any]]) -> None:
    with served.client() as client:
        client.post("/api/v1/publish", json={"changes": changes}).raise_for_status()


def nothing_ran(page: Page) -> None:
    assert page.evaluate("[window.ran, document.querySelectorAll('main script, main img, main iframe').length]") == [
        None,
        0,
    ]


def test_what_is_no_text_is_refused_as_a_name(tenant: Served) -> None:
    with tenant.client() as client:
        for name in NOT_TEXT:
            body = json.dumps({"changes": [segment(1, name, {"all": []})]})
            refused = client.post("/api/v1/publish", content=body, headers={"Content-Type": "application/json"})
            assert refused.status_code in (400, 422), name


def plant(tenant: Served, strings: Sequence[str]) -> None:
    """A segment and a profile of each name, a segment of all of them at once, and a subject in each segment."""
    named = [segment(number + 1, each, {"eq": ["user.n", number]}) for number, each in enumerate(strings)]
    everybody = segment(0, "Everybody", {"all": []}, active=False)
    profiles = [profile(number, each) for number, each in enumerate(strings)]
    at_once = change("segment", "all", {"segment_id": "all", "name": "\n".join(strings), "priority": -1})
    publish(tenant, [feature("user.n", "integer"), everybody, *named, *profiles, at_once])
    subjects = [{"subject_id": f"n{number}", "values": {"user.n": number}} for number in range(len(strings))]
    with tenant.client() as client:
        client.post("/api/v1/facts", json={"facts": subjects}).raise_for_status()


def names_in_a_plan(page: Page) -> set[str]:
    """Of all segments that somebody would leave for the first."""
    page.evaluate("window.scrollTo(0, 0)")
    page.get_by_role("switch", name="“Everybody” is switched on").click()
    expect(page.get_by_text("subjects would move.")).to_be_visible()
    moves = page.get_by_role("region", name="Who moves").locator("ul:not(.switches) > li").all_text_contents()
    return {each.removeprefix("1 subject").removesuffix(" → Everybody").strip() for each in moves}


def test_every_naughty_name_is_a_text_in_lists_titles_plans_heads_and_options(
    open_page: Opened, tenant: Served, strings: Sequence[str]
) -> None:
    plant(tenant, strings)
    page = open_page(tenant, "/segments")
    expect(page.get_by_role("link", name="Everybody")).to_be_visible()
    told = page.evaluate(ROWS)
    assert told[1:-1] == [[each, each] for each in strings]
    nothing_ran(page)
    assert names_in_a_plan(page) == {each.strip() for each in strings}
    nothing_ran(page)
    page.get_by_role("button", name="Undo").click()

    page.goto(f"{tenant.address}/app/segments/of/all?tab=settings")
    expect(page.get_by_label("Id", exact=True)).to_have_value("all")
    assert page.get_by_role("heading", level=1).text_content() == "\n".join(strings)
    options = page.get_by_label("Profile").locator("option")
    expect(options).to_have_count(len(strings) + 1)
    assert options.all_text_contents()[1:] == list(strings)
    nothing_ran(page)


def calculate(served: Served) -> None:
    """Everybody is in the segments that hold them."""
    with served.client() as client:
        path = f"/api/v1/jobs/{client.post('/api/v1/audiences', json={}).json()['run_id']}"
        until(lambda: client.get(path).json()["state"] not in ("queued", "running"), "the job is done")
        run = client.get(path).json()
    assert run["state"] == "succeeded", run


def test_a_naughty_value_is_a_text_in_charts_and_their_tables(
    open_page: Opened, tenant: Served, strings: Sequence[str]
) -> None:
    values = [each for each in strings if "<" in each and " " not in each][:10]
    words = [f"user.word_{number}" for number in range(len(values))]
    inside = [
        {"subject_id": f"in{n}", "values": {"user.n": 1, **dict(zip(words, values, strict=True))}} for n in range(30)
    ]
    outside = [{"subject_id": f"out{n}", "values": {"user.n": 0, **dict.fromkeys(words, "none")}} for n in range(30)]
    named = segment(1, values[0], {"eq": ["user.n", 1]})
    other = segment(2, values[1], {"gte": ["user.n", 0]})
    publish(tenant, [feature("user.n", "integer"), *(feature(each, "string") for each in words), named, other])
    with tenant.client() as client:
        told = client.post("/api/v1/facts", json={"facts": inside + outside}).raise_for_status().json()
    assert told["rejected"] == []
    calculate(tenant)

    page = open_page(tenant, "/segments/of/s-001")
    chart = page.get_by_role("figure").filter(has_text="How far from the others")
    labels = {f"{word}: {value}" for word, value in zip(words, values, strict=True)}
    expect(chart.get_by_role("img")).to_be_visible()
    summary = chart.get_by_role("img").get_attribute("aria-label") or ""
    assert [each for each in labels if each not in summary] == []
    chart.get_by_role("button", name="Show as a table").click()
    cells = chart.get_by_role("row").locator("td:first-child").all_text_contents()
    assert labels <= set(cells)
    expect(page.get_by_role("region", name="Overlap with other segments").get_by_role("link")).to_have_text(values[1])
    nothing_ran(page)
