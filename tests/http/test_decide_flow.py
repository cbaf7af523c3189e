"""Decide: save a rule, see the decision change, and see why."""

import asyncio

import httpx
import pytest

from tessella.domain.identifiers import Role
from tests.http.conftest import MakeClient
from tests.http.definitions import FEATURES, VIP_RULE, add_vip, created, define_vip, segment

pytestmark = pytest.mark.anyio


async def test_saving_a_rule_changes_the_next_decision(admin: httpx.AsyncClient) -> None:
    for feature in FEATURES:
        await created(admin, "features", feature)
    await add_vip(admin)
    before = (await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()
    await created(admin, "profiles", {"profile_id": "novelty", "blend": {"alpha": 0.8}, "mmr_lambda": 0.6})
    await created(admin, "segments", segment(profile_id="novelty"))

    after = (await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()

    assert (before["segment_id"], before["profile_id"], before["rule_id"]) == ("default", None, None)
    assert before["reasons"][0]["code"] == "no_match"
    assert (after["segment_id"], after["profile_id"], after["rule_id"]) == ("vip", "novelty", "main")
    assert (after["config"]["alpha"], after["config"]["mmr_lambda"]) == (0.8, 0.6)
    assert after["reasons"][0]["code"] == "segment_matched"
    assert after["snapshot_version"] > before["snapshot_version"]
    assert after["facts_as_of"] is not None


async def test_a_decision_has_exactly_the_documented_fields(admin: httpx.AsyncClient) -> None:
    decided = (await admin.post("/api/v1/decide", json={"context": {"ctx": {"region": "FI"}}})).json()
    assert set(decided) == {
        "decision_id", "segment_id", "profile_id", "rule_id", "config", "reasons", "snapshot_version", "facts_as_of",
    }  # fmt: skip


async def test_an_explained_decision_shows_every_layer_and_every_value_seen(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin)
    asked = {"subject_id": "h1", "context": {"ctx.region": "SE"}, "overrides": {"brand_cap": 3}, "explain": True}

    decided = (await admin.post("/api/v1/decide", json=asked)).json()

    assert {decided["provenance"][knob] for knob in ("alpha", "brand_cap", "beta")} == {
        "profile",
        "request",
        "built_in",
    }
    assert (decided["sources"]["user.tier"], decided["sources"]["ctx.region"]) == ("fact", "request")
    tree = decided["segments"][0]["rules"][0]["tree"]
    assert (tree["op"], tree["truth"]) == ("any", "true")
    assert tree["children"][0]["children"][0] == {
        "op": "eq", "truth": "true", "feature": "user.tier", "operand": "VIP", "value": "VIP",
    }  # fmt: skip
    assert tree["children"][1]["children"][2]["truth"] == "absent"


async def test_a_time_without_a_zone_is_utc(admin: httpx.AsyncClient) -> None:
    late = {"expr": {"eq": ["ctx.hour", 23]}, "context": {}}
    for at, matched in (("2026-06-30T23:30:00", True), ("2026-06-30T23:30:00+02:00", False)):
        tried = (await admin.post("/api/v1/rules/dry-run", json={**late, "at": at})).json()
        assert tried["matched"] is matched


async def test_a_batch_answers_in_order_and_points_at_a_fault(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin)
    batch = {"requests": [{"subject_id": "h1"}, {"context": {}}, {"subject_id": "h2"}]}
    decided = (await admin.post("/api/v1/decide/batch", json=batch)).json()["decisions"]
    assert [each["segment_id"] for each in decided] == ["vip", "default", "default"]

    wrong = await admin.post("/api/v1/decide/batch", json={"requests": [{}, {"at": "yesterday"}]})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "/requests/1/at"


async def test_simulate_says_why_other_segments_lost_and_records_nothing(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin)
    await created(admin, "segments", segment("rich", {"gte": ["user.ltv_eur", 100]}, priority=5))
    await created(admin, "segments", segment("away", {"lt": ["user.ltv_eur", 0]}, priority=4))

    tried = (
        await admin.post("/api/v1/simulate", json={"subject_id": "h1", "overrides": {"blend": {"alpha": 2}}})
    ).json()

    assert (tried["segment_id"], tried["chosen"]["segment_id"]) == ("vip", "vip")
    assert (tried["config"]["alpha"], tried["provenance"]["alpha"]) == (2.0, "request")
    assert [(each["segment_id"], each["matched"]) for each in tried["runners_up"]] == [("rich", True), ("away", False)]
    assert '"vip" comes first' in tried["runners_up"][0]["why"]
    assert (await admin.get("/api/v1/audit")).json()["items"] == []


async def test_validate_says_the_rule_in_english_and_in_sql(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    checked = (await admin.post("/api/v1/rules/validate", json={"expr": {"eq": ["user.tier", "VIP"]}})).json()
    assert (checked["valid"], checked["errors"], checked["not_sql_because"]) == (True, [], None)
    assert checked["sentence"] == "user.tier is VIP"
    assert "user.tier" in checked["sql"]
    assert set(checked["engines"]) == {"duckdb", "postgres", "spark"}

    request_time = (await admin.post("/api/v1/rules/validate", json={"expr": VIP_RULE})).json()
    assert request_time["sql"] is None
    assert "ctx.region" in request_time["not_sql_because"]


async def test_validate_lists_every_fault_with_pointer_and_hint(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    expr = {"all": [{"eq": ["user.teir", "VIP"]}, {"gte": ["user.ltv_eur", "much"]}]}
    checked = (await admin.post("/api/v1/rules/validate", json={"expr": expr, "form": "dsl"})).json()
    assert checked["valid"] is False
    assert [each["pointer"] for each in checked["errors"]] == ["/expr/all/0/eq/0", "/expr/all/1/gte/1"]
    assert checked["errors"][0]["hint"] == 'Did you mean "user.tier"?'


async def test_a_dry_run_of_a_segment_shows_what_would_be_chosen(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin)
    tried = (await admin.post("/api/v1/rules/dry-run", json={"segment_id": "vip", "subject_id": "h1"})).json()
    assert (tried["matched"], tried["chosen_segment_id"]) == (True, "vip")
    neither = await admin.post("/api/v1/rules/dry-run", json={"context": {}})
    assert neither.status_code == 422


async def test_a_client_learns_what_was_chosen_and_not_why(make_client: MakeClient, admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    client = await make_client(Role.CLIENT)
    decided = await client.post("/api/v1/decide", json={"context": {"ctx": {"region": "FI"}}})
    assert decided.status_code == 200
    assert set(decided.json()) == {
        "decision_id", "segment_id", "profile_id", "config", "snapshot_version", "facts_as_of",
    }  # fmt: skip
    assert (await client.post("/api/v1/decide", json={"explain": True})).status_code == 403


async def test_a_recorded_decision_is_found_by_its_subject(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin)
    decided = (await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()
    await admin.post("/api/v1/decide", json={"subject_id": "h2"})
    found: list[dict[str, object]] = []
    async with asyncio.timeout(10):
        while not found:
            found = (await admin.get("/api/v1/audit", params={"subject_id": "h1"})).json()["items"]
    assert [(each["decision_id"], each["segment_id"]) for each in found] == [(decided["decision_id"], "vip")]
    assert found[0]["user_hash"] != "h1"


async def test_a_batch_is_refused_that_asks_for_an_explanation(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/api/v1/decide/batch", json={"requests": [{}, {"explain": True}]})
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["pointer"]) == (422, "/requests/1/explain")
