"""Save a rule, and see the decision change."""

import httpx
import pytest

pytestmark = pytest.mark.anyio

VIP_RULE = {
    "any": [
        {"all": [{"eq": ["user.tier", "VIP"]}, {"gte": ["user.ltv_eur", 500]}]},
        {
            "all": [
                {"eq": ["ctx.region", "FI"]},
                {"in": ["ctx.surface", ["home", "casino"]]},
                {"gte_days_since": ["user.last_play_ts", 30]},
            ]
        },
    ]
}


async def declare(admin: httpx.AsyncClient) -> None:
    for name, kind in (("user.tier", "string"), ("user.ltv_eur", "number"), ("user.last_play_ts", "timestamp")):
        created = await admin.post("/api/v1/features", json={"name": name, "type": kind})
        assert created.status_code == 201, created.text


async def vip_segment(admin: httpx.AsyncClient) -> None:
    profile = {"profile_id": "novelty", "blend": {"alpha": 0.8}, "mmr_lambda": 0.6}
    assert (await admin.post("/api/v1/profiles", json=profile)).status_code == 201
    segment = {
        "segment_id": "vip", "name": "VIP", "priority": 10, "profile_id": "novelty",
        "rules": [{"rule_id": "tier", "expr": VIP_RULE}],
    }  # fmt: skip
    created = await admin.post("/api/v1/segments", json=segment)
    assert created.status_code == 201, created.text


async def test_saving_a_rule_changes_the_next_decision(admin: httpx.AsyncClient) -> None:
    await declare(admin)
    facts = {"facts": [{"subject_id": "h1", "values": {"user.tier": "VIP", "user.ltv_eur": 900}}]}
    assert (await admin.post("/api/v1/facts", json=facts)).json() == {"accepted": 2, "changed": 2}

    before = (await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()
    await vip_segment(admin)
    after = (await admin.post("/api/v1/decide", json={"subject_id": "h1"})).json()

    assert (before["segment_id"], before["profile_id"], before["rule_id"]) == ("default", None, None)
    assert before["reasons"][0]["code"] == "no_match"
    assert (after["segment_id"], after["profile_id"], after["rule_id"]) == ("vip", "novelty", "tier")
    assert (after["config"]["alpha"], after["config"]["mmr_lambda"]) == (0.8, 0.6)
    assert after["snapshot_version"] > before["snapshot_version"]
    assert after["facts_as_of"] is not None
