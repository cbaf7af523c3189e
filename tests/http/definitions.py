"""Definitions that the tests of the service share."""

from typing import Any

import httpx

VIP_RULE: dict[str, Any] = {
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
FEATURES: tuple[dict[str, Any], ...] = (
    {"name": "user.tier", "type": "string", "allowed_values": ["none", "VIP"]},
    {"name": "user.ltv_eur", "type": "number"},
    {"name": "user.last_play_ts", "type": "timestamp"},
    {"name": "user.email", "type": "string", "personal": True},
    {"name": "session.basket", "type": "number", "source": "request"},
)


def segment(segment_id: str = "vip", expr: Any = VIP_RULE, **changed: Any) -> dict[str, Any]:
    return {
        "segment_id": segment_id, "name": segment_id.upper(), "description": "", "owner": "crm", "priority": 10,
        "active": True, "profile_id": None, "rules": [{"rule_id": "main", "expr": expr}], **changed,
    }  # fmt: skip


async def created(client: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
    response = await client.post(f"/api/v1/{path}", json=body)
    assert response.status_code == 201, response.text
    return response


async def define_vip(client: httpx.AsyncClient) -> None:
    """The features, a profile, and the segment `vip` that points at it."""
    for feature in FEATURES:
        await created(client, "features", feature)
    await created(client, "profiles", {"profile_id": "novelty", "blend": {"alpha": 0.8}, "mmr_lambda": 0.6})
    await created(client, "segments", segment(profile_id="novelty"))


async def add_vip(client: httpx.AsyncClient, subject_id: str = "h1") -> None:
    values = {"user.tier": "VIP", "user.ltv_eur": 900}
    stored = await client.post("/api/v1/facts", json={"facts": [{"subject_id": subject_id, "values": values}]})
    assert stored.status_code == 202, stored.text
