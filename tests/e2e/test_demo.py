"""The demo, from an empty folder: real households, counted, decided, changed and served."""

import json
import math
import os
import re
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import httpx
import pytest

from tessella import Engine, usecases
from tessella.domain.identifiers import Role
from tessella.ports import AuditQuery
from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tessella.storage.embedded import start
from tessella.usecases.decide import DecisionRequest
from tests.database import eventually, scoped
from tests.demo_home import AT, FirstLoad, SecondLoad, rows_of
from tests.docs_agreement import agrees
from tests.docs_blocks import NOT_EXECUTED, blocks
from tests.e2e.installation import TESSELLA, Installation
from tests.e2e.test_rule_dsl import EXAMPLE

HOW_TO = Path(__file__).parents[2] / "docs" / "howto" / "count-and-export-audiences.md"
AT_US = 1_514_782_800_000_000
#: Those of the 92,331 whose first receipt is of April or later, and that ten households bought.
NEW_PRODUCTS = 1_484
#: Items whose type was cut off, is short for something, or says a cut or a sort only.
SHORTENED = {
    "91206": "Other citrus juices, 64 oz", "844165": "Soft drinks 2 liter bottle, 2 l", "1044078": "Beef, lean",
    "844179": "Beef, primal",
}  # fmt: skip
#: Everybody whom the rules match, and those for whom it is the first match.
COUNTS = {
    "5": (174, 174), "3": (139, 139), "1": (792, 566), "2": (75, 74), "home-return-fi": (None, None), "4": (455, 361),
    "coupon-driven": (234, 94), "big-basket": (311, 57), "national-brand-loyal": (432, 176),
    "weekend-shoppers": (389, 131), "evening-home": (None, None), "novelty-pilot": (184, 48), "regulars": (2124, 0),
    "default": (None, 649),
}  # fmt: skip
#: Where the demo has its customers, and what its segments read of them.
VIEW = "warehouse/demo/households/customer_features_view.parquet"
VIEW_COLUMNS = "total_revenue, active_products_count, customer_status"
#: The example of requirement E, as a visual rule builder stores it.
BUILDER_RULE = {
    "and": [
        {">": [{"var": "active_products_count"}, 2]},
        {"==": [{"var": "customer_status"}, "active"]},
        {">": [{"var": "total_revenue"}, 200]},
    ]
}
#: Likewise.
LOYALTY_EXAMPLES = """
curl -X GET /api/loyalty/v1/segments/5/ml/stats/
for segment_id in 1 2 3 4 5; do
  curl -X POST /api/loyalty/v1/segments/$segment_id/ml/predict/ \\
    -d '{"type": "churn"}'
done
curl -X POST /api/loyalty/v1/segments/3/ml/predict/ \\
  -d '{"type": "nbo"}'
"""
#: Likewise of requirement C, "Run Initial Tests".
TAXONOMY_EXAMPLES = """
# Health check
curl https://your-staging-url.com/health

# Calibrate test taxonomy
curl -X POST https://your-staging-url.com/api/v1/segmentation/taxonomy/calibrate \\
  -H "Content-Type: application/json" \\
  -d '{"game_id":"test_game","force_recalibration":true}'

# Categorize test player
curl -X POST https://your-staging-url.com/api/v1/segmentation/categorize \\
  -H "Content-Type: application/json" \\
  -d '{"player_id":"test_player","game_id":"test_game"}'
"""
#: Likewise of requirement D, "API Endpoints" and "Feature Flags": requests as they are sent, one after another.
PERSONALIZATION_EXAMPLES = """
POST /personalization/recommend
Content-Type: application/json
Authorization: Bearer <jwt-token>

{
  "scope": "daily_horoscopes",
  "limit": 10
}
GET /personalization/settings
POST /personalization/settings
{
  "personalization_enabled": true,
  "data_sharing_consent": false
}
GET /personalization/metrics
POST /personalization/admin/evaluate
POST /personalization/admin/refresh
# Admin can toggle personalization features
POST /admin/features
{
  "personalization_rankings": true,
  "ml_models": false,
  "evaluation_metrics": true
}
"""
EXAMPLE_REQUEST = re.compile(r"^(GET|POST) (/\S+)\n(?:[A-Z][\w-]+: .*\n)*\n?(\{\n(?: .*\n)*\})?", re.MULTILINE)
KINDS = ("churn", "nbo", "rfm")

#: Those of the segments that need no request.
SET_WISE = {segment_id: members for segment_id, (members, _) in COUNTS.items() if members is not None}
#: The same as of a week before.
A_WEEK_BEFORE = {
    "5": 174, "3": 109, "1": 787, "2": 77, "4": 445, "coupon-driven": 234, "big-basket": 307,
    "national-brand-loyal": 431, "weekend-shoppers": 384, "novelty-pilot": 183, "regulars": 2117,
}  # fmt: skip


@pytest.fixture(scope="module")
def admin(installation: Installation, loaded: dict[str, Any]) -> Iterator[httpx.Client]:
    """A client of the demo's server."""
    key = json.loads(installation.run("keys", "create", "-n", "demo", "--role", "admin", "--json").stdout)["key"]
    with installation.serving("serve", "--port", "0") as serving:
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=serving.says()["address"], headers=headers, timeout=30) as client:
            yield client


@pytest.fixture(scope="module")
def households(installation: Installation, loaded: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is known of each household: its stored facts, as they are in the database, and its row of the view."""
    facts: dict[str, dict[str, Any]] = defaultdict(dict, rows_of_the_view(installation))
    with start(installation.home) as server, scoped(server.dsn(), "demo", Role.ADMIN) as connection:
        for subject_id, feature, value in connection.execute(
            "SELECT subject_id, feature, value FROM tessella.subject_facts"
        ):
            facts[subject_id][feature] = value
    return facts


def rows_of_the_view(installation: Installation, columns: str = VIEW_COLUMNS) -> dict[str, dict[str, Any]]:
    """The columns of the demo's file that rules of its segments read, by household."""
    found = duckdb.sql(f"SELECT customer_id, {columns} FROM '{installation.home / VIEW}'")
    return {key: dict(zip(found.columns[1:], values, strict=True)) for key, *values in found.fetchall()}


def counted(loaded: dict[str, Any]) -> dict[str, tuple[int | None, int | None]]:
    return {each["segment_id"]: (each["matches"], each["first_matches"]) for each in loaded["counts"]}


def test_the_first_load_serves_while_the_index_is_built_and_models_are_trained(first_load: FirstLoad) -> None:
    assert [first_load.printed[each] for each in ("lists", "models", "store")] == [None, [], None]
    assert counted(first_load.printed) == COUNTS
    reason = first_load.at_once["reasons"][-1]
    assert (first_load.at_once["items"], reason["code"]) == ([], "index_building")
    assert re.fullmatch(r"The ranking index is still being built: \d+% is done. Ask again in a moment.", reason["text"])
    assert len(first_load.later["items"]) == 10


def test_the_demo_counts_the_households_of_each_segment(loaded):
    assert counted(loaded) == COUNTS
    assert sum(first or 0 for _, first in COUNTS.values()) == 2469


def test_every_household_is_in_the_same_segments_decided_one_by_one_and_set_wise(loaded):
    """2,469 households, the 11 segments that need no request, and the first match of each."""
    found = loaded["audiences"]
    assert (found["answers"], found["disagreements"], found["shown"]) == (2469 * (len(SET_WISE) + 1), 0, [])
    assert {each["segment_id"]: each["one_by_one"] for each in found["segments"]} == SET_WISE
    assert {each["segment_id"]: each["set_wise"] for each in found["segments"]} == SET_WISE
    assert {each["segment_id"]: each["share"] for each in found["segments"]} == {
        segment_id: pytest.approx(count / 2469) for segment_id, count in SET_WISE.items()
    }


def test_the_trend_of_the_demo_is_from_what_was_known_a_week_before(installation, loaded):
    found = loaded["audiences"]
    assert (found["before"], found["as_of"]) == (AT_US - 7 * 86_400_000_000, AT_US)
    assert {each["segment_id"]: each["before"] for each in found["segments"]} == A_WEEK_BEFORE
    moved = "SELECT segment_id, sum(CASE WHEN entered THEN 1 ELSE -1 END) FROM tessella.membership_changes GROUP BY 1"
    grown = defaultdict(int, rows_of(installation, moved))
    assert {each: grown[each] for each in SET_WISE} == {each: SET_WISE[each] - A_WEEK_BEFORE[each] for each in SET_WISE}


def test_the_segment_that_overlaps_most_is_told_by_its_jaccard_index(installation, loaded):
    told = {each["segment_id"]: (each["overlaps_most"], each["jaccard"]) for each in loaded["audiences"]["segments"]}
    shown = json.loads(installation.run("audiences", "overlap", "-n", "demo", "--json").stdout)
    for at, segment_id in enumerate(shown["segment_ids"]):
        others = {other: shown["jaccard"][at][each] for each, other in enumerate(shown["segment_ids"]) if each != at}
        nearest = max(others, key=lambda other: others[other])
        assert told[segment_id] == (nearest, others[nearest])
    assert told["3"] == ("4", 54 / (139 + 455 - 54))


def test_the_banner_learns_from_redemptions_that_are_marked_as_a_replay(installation, loaded):
    """371 of the 1,559 households that received a campaign redeemed a coupon of Type A, 116 of B, 30 of C."""
    report = loaded["experiment"]["report"]
    households = {each["segment_key"]: each["allocations"] for each in report["segments"]}
    assert set(households) == {"user.tier:returning", "user.tier:VIP", "user.tier:new"}
    assert sum(households.values()) == 1559
    given = defaultdict(int)
    for segment in report["results"]["segments"]:
        for variant in segment["variants"]:
            given[variant["variant_id"]] += variant["units"]
    assert given["type-a"] > 0.6 * 1559 > 1559 / 3 > max(given["type-b"], given["type-c"])
    marked = "SELECT count(*), bool_and(event_id = 'replay:' || user_identifier) FROM tessella.experiment_reward_events"
    assert rows_of(installation, marked) == [(sum(each["conversions"] for each in report["segments"]), True)]


def test_what_the_how_to_about_audiences_shows_of_the_demo_is_so(installation, loaded, tmp_path):
    shown = blocks(HOW_TO.read_text())
    at = next(at for at, each in enumerate(shown) if each.note.startswith(f"{NOT_EXECUTED}it needs the demo"))
    rule, commands = shown[at - 1 : at + 1]
    (tmp_path / rule.title).write_text(rule.text)
    path = {"PATH": f"{TESSELLA.parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        ["sh", "-ec", commands.text], cwd=tmp_path, env=installation.environment() | path, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert agrees("text", commands.printed.text, ran.stdout)


def test_every_product_is_an_item_with_a_readable_name(admin: httpx.Client) -> None:
    milk = admin.get("/api/v1/items/1029743").json()
    assert {name: milk[name] for name in ("name", "brand", "category", "price", "tags", "properties", "available")} == {
        "name": "Fluid milk white only, 1 ga", "brand": "Store brand", "category": "FLUID MILK PRODUCTS", "price": 2.69,
        "tags": ["FLUID MILK WHITE ONLY"], "properties": {"department": "GROCERY", "label": "Private"},
        "available": True,
    }  # fmt: skip
    names = [admin.get(f"/api/v1/items/{item_id}").json()["name"] for item_id in SHORTENED]
    assert names == [*SHORTENED.values()]
    gasoline = admin.get("/api/v1/items/6534178").json()
    assert (gasoline["name"], gasoline["available"]) == ("Gasoline-reg unleaded", False)


def test_a_product_that_came_into_the_stores_during_the_year_is_new_from_its_first_receipt(installation, loaded):
    first_sold = """
        SELECT item_id, available_from, min(occurred_at), count(DISTINCT subject_id)
        FROM tessella.items JOIN tessella.events USING (namespace, item_id)
        WHERE available_from IS NOT NULL
        GROUP BY item_id, available_from
    """
    new = rows_of(installation, first_sold)
    assert len(new) == NEW_PRODUCTS
    assert all(begins == sold and households >= 10 for _, begins, sold, households in new)
    assert min(begins for _, begins, _, _ in new) >= datetime(2017, 4, 1, tzinfo=UTC)


def test_the_demo_explains_three_decisions(loaded):
    shown = [
        (each["decision"]["subject_id"], each["decision"]["segment_id"], each["decision"]["profile_id"])
        for each in loaded["decisions"]
    ]
    assert shown == [("13", "5", "vip-high-novelty"), ("51", "3", "win-back"), ("1", "1", "steady-replenish")]
    for explanation in loaded["decisions"]:
        chosen = explanation["decision"]["segment_id"]
        (tree,) = [each["rules"][0]["tree"] for each in explanation["segments"] if each["segment_id"] == chosen]
        assert tree["truth"] == "true"
        assert all(child["truth"] == "true" for child in tree["children"])


def test_the_demo_recommends_by_two_profiles_visibly_different_and_sensible_lists(installation, loaded):
    lists = loaded["lists"]
    novel, usual = lists["compared"]["lists"]
    assert (lists["subject_id"], novel["profile_id"], usual["profile_id"]) == (
        "13", "vip-high-novelty", "steady-replenish",
    )  # fmt: skip
    found = [[item["item_id"] for item in each["ranking"]["items"]] for each in (novel, usual)]
    assert [len(each) for each in found] == [10, 10]
    assert len(set(found[0]) & set(found[1])) <= 3
    assert all(lists["items"][item_id]["name"] for each in found for item_id in each)
    window = timedelta(days=novel["config"]["purchased_window_days"])
    receipts = rows_of(installation, "SELECT item_id, occurred_at FROM tessella.events WHERE subject_id = '13'")
    bought_ever = {item_id for item_id, _ in receipts}
    bought_lately = {item_id for item_id, at in receipts if at > datetime.fromisoformat(AT) - window}
    assert not bought_lately & set(found[0])
    assert len(bought_ever & set(found[1])) >= 8


def test_what_a_household_bought_most_stands_beside_its_lists(loaded):
    bought = loaded["lists"]["bought_most"]
    assert len(bought) == 10
    assert bought[0] == ["1029743", 21]
    assert all(loaded["lists"]["items"][item_id]["available"] for item_id, _ in bought)


def test_a_model_of_churn_is_trained_on_the_households_and_its_card_is_shown(installation, loaded):
    (model,) = [each for each in loaded["models"] if each["manifest"]["model_id"] == "churn"]
    card = model["manifest"]["card"]
    assert (model["state"], model["manifest"].get("placeholder", False)) == ("active", False)
    assert model["manifest"]["cut"] == card["test"]["last_cut"] == AT_US - 28 * 86_400_000_000
    assert card["train"]["last_cut"] < card["test"]["first_cut"]
    assert 2_200 < card["test"]["rows"] < 2_469
    assert card["quality"]["auc"]["low"] > 0.8
    assert card["quality"]["expected_calibration_error"] < 0.05
    assert {"4", "coupon-driven", "weekend-shoppers"} <= {each["segment_id"] for each in card["segments"]}
    printed = installation.run("models", "card", "churn").stdout
    assert "No purchase in the 28 days after a cut, of those with one in the 84 days before it." in printed


def test_a_model_of_offers_is_trained_on_coupons_that_were_received_and_redeemed(loaded):
    (model,) = [each for each in loaded["models"] if each["manifest"]["model_id"] == "nbo"]
    card, warning = model["manifest"]["card"], model["manifest"]["warning"]
    assert [each["outputs"] for each in model["manifest"]["parts"]] == [["type-a"], ["type-b"], ["type-c"]]
    assert warning.startswith("type-c: shown or accepted too seldom for a model")
    quality = {each["predictor"]: each["quality"] for each in card["candidates"]}
    assert quality["the model of each offer"]["auc"]["low"] > quality["the rate of each offer"]["auc"]["high"]


def curled(admin: httpx.Client, commands: str, folder: Path) -> list[Any]:
    """What curl prints, with the administrator's key added."""
    settings = 'silent\nshow-error\nfail-with-body\nwrite-out = "\\n"\n'
    (folder / ".curlrc").write_text(f'{settings}header = "Authorization: {admin.headers["Authorization"]}"\n')
    environment = os.environ | {"CURL_HOME": str(folder)}
    ran = subprocess.run(["sh", "-ec", commands], env=environment, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_the_examples_of_requirement_e_work_as_they_are_written(admin: httpx.Client, tmp_path: Path) -> None:
    """With host, port and key added. curl sends `-d` as a form."""
    commands = LOYALTY_EXAMPLES.replace("/api/", f"{str(admin.base_url).rstrip('/')}/api/")
    stats, *risks, offers = curled(admin, commands, tmp_path)
    assert (stats["segment_id"], stats["segment_name"], stats["member_count"]) == (5, "VIP Customers", 174)
    assert sum(stats["stats"]["churn"][each] for each in ("high", "medium", "low")) == stats["sampled_count"] == 174
    assert sum(stats["stats"]["rfm"]["distribution"].values()) == 174
    assert [(each["segment_id"], each["total_customers"], each["failed"]) for each in risks] == [
        (1, 792, 0), (2, 75, 0), (3, 139, 0), (4, 455, 0), (5, 174, 0),
    ]  # fmt: skip
    means = {each["segment_id"]: each["aggregated_stats"]["churn"]["avg_probability"] for each in risks}
    assert means[5] < means[1] < means[3] < means[4]
    assert (offers["segment_name"], offers["successful"], offers["warning"][:8]) == ("At Risk", 139, "type-c: ")
    assert offers["aggregated_stats"]["nbo"]["top_offers"][0][0] in {"type-a", "type-b", "type-c"}


def test_everybody_in_a_segment_of_the_demo_is_predicted_by_a_job(admin: httpx.Client) -> None:
    for kind, counted in (("churn", "low"), ("nbo", "distribution"), ("rfm", "distribution")):
        where = "/api/loyalty/v1/segments/1/ml/predict/"
        asked = admin.post(where, json={"type": kind, "async": True})
        assert asked.status_code == 202, asked.text
        deadline = time.monotonic() + 120
        while (job := admin.get(f"{where}{asked.json()['job_id']}/").json())["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, "the job was waited for in vain"
            time.sleep(0.1)
        assert job["state"] == "succeeded", job
        assert (job["result"]["processed"], job["result"]["failed"], job["result"]["segment_id"]) == (792, 0, 1)
        assert job["result"]["aggregated_stats"][kind][counted]


def test_a_household_is_predicted_for(admin: httpx.Client) -> None:
    asked = {kind: admin.post("/api/loyalty/v1/customers/13/ml/predict/", json={"type": kind}).json() for kind in KINDS}
    assert {(each["customer_id"], each["mode"]) for each in asked.values()} == {("13", "customer")}
    assert asked["churn"]["churn"]["risk"] == "low"
    offers = asked["nbo"]["nbo"]["offers"]
    assert {each["offer_id"] for each in offers} == {"type-a", "type-b", "type-c"}
    worth = [each["expected_value_usd"] for each in offers]
    assert worth == sorted(worth, reverse=True)
    assert asked["rfm"]["rfm"]["cell"] == "Champions"


def test_every_receipt_line_is_an_event_and_every_household_has_facts(installation, loaded, households):
    by_type = "SELECT event_type, count(*) FROM tessella.events GROUP BY event_type"
    assert dict(rows_of(installation, by_type)) == {"purchase": 1_469_307, "offer_shown": 6_442, "offer_accepted": 779}
    assert len(households) == 2469


def test_the_households_are_players_whose_axes_and_segments_are_shown(loaded: dict[str, Any]) -> None:
    taxonomy = loaded["store"]["taxonomy"]
    assert (taxonomy["players"], [each["axis_name"] for each in taxonomy["universal_axes"]]) == (
        2469, ["monetization", "engagement", "temporal"],
    )  # fmt: skip
    axes = [*taxonomy["universal_axes"], *taxonomy["game_specific_axes"]]
    for axis in axes:
        assert 0 < axis["variance_explained"] <= 1
        names = [each["segment_name"] for each in axis["segments"]]
        assert len(set(names)) == len(names) == axis["segment_count"]
        assert sum(each["population_percentage"] for each in axis["segments"]) == pytest.approx(100)
    profile = loaded["store"]["profile"]
    best = {each["axis_name"] for each in profile["memberships"][: len(axes)]}
    assert (profile["player_id"], best) == ("13", {each["axis_name"] for each in axes})
    assert len(profile["memberships"]) == min(7, taxonomy["total_segments_count"])


def test_who_was_unlike_themselves_in_the_last_week_is_shown_with_reasons(loaded: dict[str, Any]) -> None:
    """1,244 households bought something from December 25 on."""
    week = loaded["store"]["last_week"]
    assert (week["judged"], week["alpha"]) == (1244, 0.01)
    assert 0 < week["flagged"] < 0.03 * 1244
    assert len(week["anomalies"]) == min(5, week["flagged"])
    for each in week["anomalies"]:
        assert each["displacement"]["p_value"] < 0.01
        assert set(each["days"]) <= {f"2017-12-{day}" for day in range(25, 32)}
        weightiest = min(each["axes"], key=lambda axis: axis["displacement"]["p_value"])
        assert "this player's normal" in weightiest["reason"]


def test_every_household_that_bought_has_the_segments_of_the_store_as_facts(installation, loaded, households) -> None:
    told = [facts for facts in households.values() if "taxonomy.store.monetization" in facts]
    assert len(told) == 2469
    segments = {each["segment_name"] for each in loaded["store"]["taxonomy"]["universal_axes"][0]["segments"]}
    assert {facts["taxonomy.store.monetization"] for facts in told} == segments
    for name in ("taxonomy.store.monetization.membership", "taxonomy.store.anomaly"):
        assert all(0 <= facts[name] <= 1 for facts in told)


def test_the_test_player_of_requirement_c_is_in_a_game_of_rows_and_no_subject_of_the_demo(admin, households) -> None:
    asked = {"player_id": "test_player", "game_id": "test_game"}
    answered = admin.post("/api/v1/segmentation/categorize", json=asked)
    assert (answered.status_code, answered.json()["player_id"]) == (200, "test_player")
    assert "test_player" not in households


def test_the_examples_of_requirement_c_work_as_they_are_written(admin: httpx.Client, tmp_path: Path) -> None:
    """With host and key added. The first calibration is the demo's own; this one keeps its segments."""
    commands = TAXONOMY_EXAMPLES.replace("https://your-staging-url.com", str(admin.base_url).rstrip("/"))
    health, taxonomy, profile = curled(admin, commands, tmp_path)
    assert health["status"] == "ok"
    assert (taxonomy["game_id"], taxonomy["version"]) == ("test_game", 2)
    assert (profile["player_id"], profile["game_id"]) == ("test_player", "test_game")
    assert 1 <= len(profile["memberships"]) <= 7
    steps = admin.get("/api/v1/segmentation/taxonomy/test_game/lineage").json()["steps"]
    assert {each["change"] for each in steps} == {"kept"}


def test_the_vectors_of_households_are_told_from_receipts_and_coupons(installation, loaded) -> None:
    """2,050 of the 2,060 have a receipt in these 30 days, the others a campaign; the study knows no devices."""
    told = """
        SELECT count(*), count(session_count_30d) FILTER (WHERE session_count_30d > 0),
               count(*) FILTER (WHERE engagement_score >= 0.7), count(notification_ctr), count(device_type)
        FROM tessella.personalization_features
    """
    assert rows_of(installation, told) == [(2060, 2050, 226, 1178, 0)]


def test_what_scopes_show_is_in_no_list_of_products(installation, loaded) -> None:
    """24 horoscopes and 7 notifications beside 92,331 products."""
    shown = "SELECT item_id FROM tessella.items WHERE properties ? 'scopes'"
    ids = {item_id for (item_id,) in rows_of(installation, shown)}
    assert ids == {str(item) for item in (*range(2001, 2025), *range(3001, 3008))}
    assert rows_of(installation, "SELECT count(*) FROM tessella.items") == [(92_331 + 31,)]
    listed = [item["item_id"] for each in loaded["lists"]["compared"]["lists"] for item in each["ranking"]["items"]]
    assert not ids & set(listed)


def test_a_household_is_shown_its_own_sign_first_and_administrators_are_told_why(admin, first_load) -> None:
    """Household 13: taurus, by the example, who took up half of its campaigns."""
    mine = {"Authorization": f"Bearer {first_load.client_key}"}
    asked = {"scope": "daily_horoscopes", "limit": 3}
    first, again = (admin.post("/personalization/recommend", json=asked, headers=mine).json() for _ in range(2))
    assert (first["cached"], again["cached"], again["items"]) == (False, True, first["items"])
    assert [(each["id"], each["score"]) for each in first["items"]] == [("2002", 0.9), ("2014", 0.8), ("2006", 0.7)]
    asked_why = {"subject_id": "13", "scope": "daily_horoscopes"}
    tags = admin.get("/personalization/admin/rationale", params=asked_why).json()["tags"]
    assert (set(tags["2002"]), tags["2006"]) == ({"user_zodiac", "responsive_user"}, ["responsive_user"])


def test_the_examples_of_requirement_d_work_as_they_are_written(admin: httpx.Client, first_load: FirstLoad) -> None:
    """With the host, and a key in place of the token: the household's own, and the administrator's below."""
    mine = {"Authorization": f"Bearer {first_load.client_key}"}
    answers = []
    for method, path, body in EXAMPLE_REQUEST.findall(PERSONALIZATION_EXAMPLES):
        headers = mine if path in ("/personalization/recommend", "/personalization/settings") else None
        answers.append(admin.request(method, path, content=body or None, headers=headers))
    assert [each.is_success for each in answers] == [True] * 7, [each.text for each in answers]
    ranking, before, after, *_, flags = (each.json() for each in answers)
    assert set(ranking) == {"scope", "items", "cached", "model_version"}
    assert (len(ranking["items"]), ranking["scope"]) == (10, "daily_horoscopes")
    assert all(set(each) == {"id", "score", "confidence"} for each in ranking["items"])
    assert (before, after["data_sharing_consent"]) == (
        {"personalization_enabled": True, "data_sharing_consent": True}, False,
    )  # fmt: skip
    assert (flags["personalization_rankings"], flags["ml_models"]) == (True, False)
    assert admin.post("/personalization/settings", json=before, headers=mine).json() == before


def test_loading_again_changes_nothing(first_load: FirstLoad, second_load: SecondLoad) -> None:
    assert second_load.after == second_load.before
    assert counted(second_load.printed) == counted(first_load.printed)


def test_people_are_shown_a_table_that_fits_and_the_decisions(installation, loaded):
    ran = installation.run("demo", "--load-only")
    assert "Counting who is in each segment" in ran.stderr.splitlines()
    shown = ran.stdout
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert "national-brand-loyal   National-brand Loyal" in shown
    assert "subject 13 → segment 5, profile vip-high-novelty" in shown
    assert "in_segment 3" in shown
    headings = ["place", "bought", "most", "vip-high-novelty", "steady-replenish"]
    assert headings in [line.split() for line in shown.splitlines()]
    assert "Both lists have " in shown


def test_a_household_is_decided_over_http(admin):
    decision = admin.post("/api/v1/decide", json={"subject_id": "13", "at": AT}).json()
    assert (decision["segment_id"], decision["profile_id"], decision["rule_id"]) == (
        "5", "vip-high-novelty", "vip-not-at-risk",
    )  # fmt: skip
    assert decision["facts_as_of"] == "2018-01-01T05:00:00+00:00"


def decided_of_fresh_rows(admin: httpx.Client, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Decisions, asked for again while rows of customers are still being read: a decision does not wait for long."""
    deadline = time.monotonic() + 60
    while True:
        answered = admin.post("/api/v1/decide/batch", json={"requests": asked}).json()["decisions"]
        if not any(reason["code"] == "stale" for each in answered for reason in each["reasons"]):
            return answered
        assert time.monotonic() < deadline, "the rows were read in vain"
        time.sleep(0.2)


def test_every_household_is_decided_alike_by_the_server_and_by_the_engine(admin, demo: Engine, households):
    """2,469 decisions: segment, rule, profile and each knob."""
    asked = [{"subject_id": subject_id, "at": AT} for subject_id in households]
    answered = decided_of_fresh_rows(admin, asked)
    fields = ("segment_id", "profile_id", "rule_id", "config")
    served = [tuple(each[field] for field in fields) for each in answered]
    decided = [demo.decide(facts, subject_id=subject_id, now=AT_US) for subject_id, facts in households.items()]
    assert served == [tuple(getattr(each, field) for field in fields) for each in decided]
    first_matches = {each: [one[0] for one in served].count(each) for each in COUNTS}
    assert first_matches == {each: first or 0 for each, (_, first) in COUNTS.items()}


def test_a_changed_rule_changes_the_next_decision(admin):
    segment = admin.get("/api/v1/segments/5").json()
    everybody = {**segment, "rules": [{"rule_id": "everybody", "expr": {"exists": ["user.tier"]}}]}
    try:
        assert admin.put("/api/v1/segments/5", json=everybody).status_code == 200
        changed = admin.post("/api/v1/decide", json={"subject_id": "51", "at": AT}).json()
    finally:
        assert admin.put("/api/v1/segments/5", json=segment).status_code == 200
    restored = admin.post("/api/v1/decide", json={"subject_id": "51", "at": AT}).json()
    assert (changed["segment_id"], changed["rule_id"]) == ("5", "everybody")
    assert (restored["segment_id"], restored["rule_id"]) == ("3", "silent-for-its-own-rhythm")
    assert changed["snapshot_version"] < restored["snapshot_version"]


@pytest.mark.parametrize(
    ("form", "expr"), [("dsl", EXAMPLE), ("jsonlogic", BUILDER_RULE)], ids=["requirement A", "requirement E"]
)
def test_the_example_rules_of_the_requirements_save_as_they_are_written(admin, form, expr):
    segment = {"segment_id": "example", "priority": -1, "rules": [{"rule_id": "r", "expr": expr, "form": form}]}
    saved = admin.post("/api/v1/segments", json=segment)
    assert saved.status_code == 201, saved.text
    assert saved.json()["rules"] == [{"rule_id": "r", "expr": expr, "form": form, "enabled": True}]
    assert admin.delete("/api/v1/segments/example").status_code == 204


def test_the_columns_of_the_view_are_listed_in_their_groups(admin):
    """Requirement E: what the rule builder shows."""
    listed = {each["name"]: each for each in admin.get("/api/loyalty/v1/dwh/columns/").json()["columns"]}
    assert {name: listed[name]["group"] for name in ("total_revenue", "churn_score", "active_products_count")} == {
        "total_revenue": "Financial", "churn_score": "Risk & Engagement", "active_products_count": "Activity",
    }  # fmt: skip
    assert listed["customer_status"]["statistics"]["top"][0]["value"] == "active"
    assert [listed[name]["statistics"] for name in ("customer_id", "age_band", "income_band")] == [None, None, None]


def test_a_household_has_the_row_that_the_formulae_give(admin, installation):
    """1 - exp(-recency_days / interpurchase_days), over the receipts of household 13."""
    row = admin.get("/api/loyalty/v1/dwh/customers/13/").json()
    receipts = rows_of(
        installation,
        "SELECT occurred_at, value FROM tessella.events WHERE subject_id = '13' AND event_type = 'purchase'",
    )
    moment, zone = datetime.fromisoformat(AT), ZoneInfo("America/New_York")
    days = sorted({at.astimezone(zone).date() for at, _ in receipts})
    recency = (moment - max(at for at, _ in receipts)) / timedelta(days=1)
    pause = (days[-1] - days[0]).days / (len(days) - 1)
    assert row["total_revenue"] == pytest.approx(sum(value for _, value in receipts))
    assert (row["recency_days"], row["interpurchase_days"]) == (round(recency, 2), round(pause, 2))
    assert row["churn_score"] == pytest.approx(1 - math.exp(-recency / pause), abs=1e-4)


def test_the_builders_rule_is_counted_before_it_is_saved_and_as_a_segment(admin, installation):
    """Requirement E, over the columns of the view: previewed, saved, calculated and counted."""
    rows = rows_of_the_view(installation).values()
    inside = sum(
        each["active_products_count"] > 2 and each["customer_status"] == "active" and each["total_revenue"] > 200
        for each in rows
    )
    previewed = admin.post("/api/v1/segments/preview", json={"form": "jsonlogic", "expr": BUILDER_RULE}).json()
    assert (previewed["count"], inside) == (1842, 1842)
    rule = {"rule_id": "r", "expr": BUILDER_RULE, "form": "jsonlogic"}
    segment = {"segment_id": "builder", "priority": -1, "rules": [rule]}
    assert admin.post("/api/v1/segments", json=segment).status_code == 201
    try:
        installation.run("audiences", "calculate", "-n", "demo", "--as-of", AT)
        counts = {each["segment_id"]: each for each in admin.get("/api/v1/segments/counts").json()["segments"]}
    finally:
        assert admin.delete("/api/v1/segments/builder").status_code == 204
    assert (counts["builder"]["members"], counts["1"]["members"]) == (1842, 792)


@dataclass(frozen=True)
class ServedAgain:
    """A server of the demo that was asked to end after it had decided."""

    printed: dict[str, Any]
    key: str
    decisions: list[str]
    status: int


@pytest.fixture(scope="module")
def served_again(installation: Installation, loaded: dict[str, Any]) -> ServedAgain:
    with installation.serving("demo", "--port", "0") as serving:
        printed, access = serving.says(), serving.says()
        headers = {"Authorization": f"Bearer {access['key']}"}
        with httpx.Client(base_url=access["address"], headers=headers, timeout=30) as client:
            asked = {"subject_id": "1", "at": AT}
            decisions = [client.post("/api/v1/decide", json=asked).json()["decision_id"] for _ in range(20)]
        return ServedAgain(printed, access["key"], decisions, serving.terminate())


def test_starting_the_demo_again_makes_no_further_key(installation, first_load, served_again):
    listed = json.loads(installation.run("keys", "list", "-n", "demo", "--json").stdout)
    assert served_again.key == first_load.key
    assert [each["label"] for each in listed].count("demo") == 1


def test_a_server_that_is_asked_to_end_writes_what_waits_and_ends_well(installation, served_again):
    assert served_again.status == 0
    assert counted(served_again.printed) == COUNTS
    listed = ", ".join(f"'{each}'" for each in served_again.decisions)
    assert rows_of(installation, f"SELECT count(*) FROM tessella.decision_audit WHERE decision_id IN ({listed})") == [
        (20,)
    ]


@pytest.mark.anyio
async def test_a_thousand_decisions_of_the_demo_replay_equal(installation, households):
    surfaces, campaigns = cycle(("home", "checkout", None)), cycle((None, "holiday-mailer", "new-year-pantry"))
    requests = [
        DecisionRequest(
            subject_id, {"ctx": {"region": "FI", "surface": next(surfaces)}, "session": {"basket_value_usd": number}},
            next(campaigns), {"alpha": 0.5} if number % 4 == 0 else {}, AT_US + number * 3_600_000_000,
        )
        for number, subject_id in enumerate([*households][:1000])
    ]  # fmt: skip
    settings = Settings(home=installation.home)
    async with open_namespace("demo", settings=settings) as tess, tess.session() as session:
        began = session.now()
        made = await usecases.decide_many(session, requests)

        async def are_recorded():
            rows, _ = await usecases.list_audit(session, AuditQuery(since=began, limit=1000))
            return len(rows) == 1000

        await eventually(are_recorded, "all were recorded")
        outcome = await usecases.replay_many(session, AuditQuery(since=began), households, lambda count: None)
        verdict = await usecases.verify_audit(session, lambda share: None)
    assert (outcome.equal, outcome.different, outcome.refusals) == (1000, 0, {})
    assert len({each.segment_id for each in made}) >= 10
    assert (verdict.holds, verdict.faults) == (True, ())


@pytest.mark.long
def test_the_demo_keeps_what_its_user_changed_and_computed_for_another_moment(installation, loaded, tmp_path):
    """The last test: until it puts them back, no household has a computed feature."""
    segment = json.loads(installation.run("segments", "show", "5", "-n", "demo").stdout)
    (tmp_path / "5.json").write_text(json.dumps({**segment, "name": "Renamed"}))
    installation.run("segments", "save", str(tmp_path / "5.json"), "-n", "demo")
    installation.run("features", "compute", "-n", "demo")
    numbers = """
        SELECT (SELECT count(*) FROM tessella.definition_versions), (SELECT max(as_of) FROM tessella.subject_facts),
               (SELECT count(*) FROM tessella.subject_facts WHERE value <> 'null')
    """
    before = rows_of(installation, numbers)
    again = json.loads(installation.run("demo", "--load-only", "--json").stdout)
    assert rows_of(installation, numbers) == before
    assert [each["name"] for each in again["counts"] if each["segment_id"] == "5"] == ["Renamed"]
    (tmp_path / "5.json").write_text(json.dumps(segment))
    installation.run("segments", "save", str(tmp_path / "5.json"), "-n", "demo")
    installation.run("features", "compute", "-n", "demo", "--as-of", AT)
