"""The analyst finds what players are like: from no game at all to an anomaly, and a migration moved with its report."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.app.conftest import Opened, Served

GAME = {
    "game_id": "arena",
    "name": "The arena",
    "metrics": {
        "buys": {"kind": {"kind": "count", "event_type": "buy"}, "scale": "log"},
        "spend": {"kind": {"kind": "sum", "field": "value", "event_type": "buy"}, "scale": "log", "unit": "EUR"},
    },
    "axes": {"monetization": ["buys", "spend"]},
    "window_days": 60,
}
SEGMENTATION = "/api/v1/segmentation"
#: Buys much every day, and next to nothing on the last one. Whatever the name says, it is shown as it is.
UNLIKE = "p001 <img src=x onerror=alert(1)>"


def played(players: int) -> list[dict[str, Any]]:
    """Every other player buys about six times a day for 40 EUR, the others once for 5."""
    luck, today = random.Random(0), datetime.combine(datetime.now(UTC), time(12), UTC)
    return [
        bought(player_id(player), today - timedelta(days=day), turn, value_of(player, day, luck))
        for player in range(players)
        for day in [1, *luck.sample(range(2, 58), 15)]
        for turn in range(luck.randint(5, 7) if player % 2 else 1)
    ]


def player_id(player: int) -> str:
    return UNLIKE if player == 1 else f"p{player:03}"


def value_of(player: int, day: int, luck: random.Random) -> float:
    if (player_id(player), day) == (UNLIKE, 1):
        return 0.1
    return luck.gauss(40, 4) if player % 2 else luck.gauss(5, 0.5)


def bought(player: str, at: datetime, turn: int, value: float) -> dict[str, Any]:
    event = {"event_id": f"{player[:4]}-{at.date()}-{turn}", "subject_id": player, "event_type": "buy"}
    return event | {"occurred_at": at.isoformat(), "value": round(value, 2)}


@pytest.fixture
def declared(tenant: Served) -> Served:
    with tenant.client() as admin:
        made = admin.put("/api/v1/games/arena", json=GAME)
        assert made.status_code == 201, made.text
    return tenant


def play(served: Served, players: int) -> None:
    events = played(players)
    with served.client() as admin:
        for begin in range(0, len(events), 500):
            taken = admin.post("/api/v1/events", json={"events": events[begin : begin + 500]})
            assert taken.status_code == 202, taken.text


@pytest.fixture
def played_in(declared: Served) -> Served:
    play(declared, players=40)
    return declared


@pytest.fixture
def calibrated(played_in: Served) -> Served:
    with played_in.client() as admin:
        assert admin.post(f"{SEGMENTATION}/taxonomy/calibrate", json={"game_id": "arena"}).json()["version"] == 1
    return played_in


def test_without_a_game_the_page_says_what_one_is_and_how_to_begin(tenant: Served, open_page: Opened) -> None:
    page = open_page(tenant, "/taxonomy")
    expect(page.get_by_role("heading", name="There is no game yet.")).to_be_visible()
    page.get_by_role("button", name="Declare the first game").click()
    expect(page).to_have_url(re.compile("/app/definitions/game/new$"))


def test_a_calibration_of_too_few_players_says_why_and_what_to_do(declared: Served, open_page: Opened) -> None:
    play(declared, players=3)
    page = open_page(declared, "/taxonomy/of/arena")
    page.get_by_role("button", name="Calibrate", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("has 3 players with days to learn from")
    expect(page.get_by_role("alert")).to_contain_text("Import more of their days")
    expect(page.get_by_role("link", name="See the job")).to_be_visible()


def test_an_analyst_calibrates_looks_at_a_segment_opens_an_anomaly_and_sees_where_its_player_stands(
    played_in: Served, open_page: Opened
) -> None:
    page = open_page(played_in, "/taxonomy")
    row = page.get_by_role("row", name=re.compile("The arena"))
    expect(row).to_contain_text("not calibrated yet")
    row.get_by_role("button", name="Calibrate").click()
    expect(row).to_contain_text("version 1")
    row.get_by_role("link", name="The arena").click()
    a_segment_says_what_its_players_are_like(page, played_in)
    page.get_by_role("tab", name="Anomalies").click()
    page.get_by_role("link", name=f"Open the anomaly of {UNLIKE}").click()
    expect(page.get_by_role("heading", name=f"{UNLIKE}: last days")).to_be_visible()
    opened_is_what_the_api_tells(page, told(played_in, "anomalies/detect"))
    page.get_by_role("link", name="Where the player stands").click()
    profile = told(played_in, "categorize")
    (best,) = (each for each in profile["memberships"] if each["share"] > 0.5)
    segment = page.get_by_role("row", name=re.compile(f"^{best['segment_name']} monetization"))
    expect(segment).to_contain_text(f"{best['distance_from_center']:.2f}".rstrip("0").rstrip("."))


def a_segment_says_what_its_players_are_like(page: Page, served: Served) -> None:
    with served.client() as admin:
        (axis,) = admin.get(f"{SEGMENTATION}/taxonomy/arena").json()["universal_axes"]
    much = max(axis["segments"], key=lambda each: each["center_position"]["spend"])
    page.get_by_role("link", name=much["segment_name"]).click()
    expect(page.get_by_role("button", name=much["segment_name"], pressed=True)).to_be_visible()
    expect(page.get_by_text("spend above average").last).to_be_visible()
    expect(page.get_by_text(f"{much['players']} players", exact=True)).to_be_visible()


def told(served: Served, path: str) -> Any:
    with served.client() as admin:
        return admin.post(f"{SEGMENTATION}/{path}", json={"game_id": "arena", "player_id": UNLIKE}).json()


def opened_is_what_the_api_tells(page: Page, detection: Any) -> None:
    assert detection["alerts"] is True
    expect(page.get_by_role("main")).to_contain_text("These days are unlike this player.")
    moved = next(each for each in detection["axes"][0]["moved"] if each["metric"] == "spend")
    spend = page.get_by_role("row", name=re.compile("^spend"))
    for figure in moved["normal"], moved["value"]:
        expect(spend).to_contain_text(f"{figure:.{digits(figure)}f}".rstrip("0").rstrip(".") + " EUR")


def digits(figure: float) -> int:
    """As many as are shown of it."""
    return 3 if figure < 1 else 2 if figure < 100 else 0


def test_a_migration_is_moved_after_a_report_and_taken_back(calibrated: Served, open_page: Opened) -> None:
    page = open_page(calibrated, "/taxonomy/of/arena?tab=rollout")
    page.get_by_label("Players to ask about").fill("40")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_text("The migration should not go on yet.")).to_be_visible()
    expect(page.get_by_role("row", name="the legacy system gave no answer 40")).to_be_visible()
    page.get_by_role("button", name="Move to Gradual rollout").click()
    question = page.get_by_role("group", name=re.compile("^Move to Gradual rollout"))
    expect(question).to_contain_text("answers 50 % of players (now 100 %)")
    question.get_by_role("button", name="Move").click()
    expect(page.get_by_role("heading", name="Stage in force: Gradual rollout")).to_be_visible()
    assert strategy_of(calibrated) == "gradual_rollout"
    page.get_by_role("button", name="Roll back").click()
    page.get_by_role("group", name=re.compile("^Let the legacy system")).get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("heading", name="Stage in force: Parallel only")).to_be_visible()
    assert strategy_of(calibrated) == "parallel_only"


def strategy_of(served: Served) -> str:
    with served.client() as admin:
        return str(admin.get("/api/v1/games/arena").json()["rollout"]["strategy"])
