"""Variants and conversions over HTTP: the answers as documented, and what is wrong with a body pointed at."""

from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Role
from tests.database import eventually
from tests.http.conftest import MakeClient

pytestmark = pytest.mark.anyio

BODY = {
    "experiment_id": "cta",
    "name": "Homepage CTA",
    "variants": [{"name": "Control", "content": {"text": "Sign up"}}, {"name": "Bold", "content": {"text": "Start"}}],
    "segmentation": {"mode": "manual", "segment_by": ["source", "device"]},
    "metrics": [{"name": "bought"}, {"name": "spent", "reward": "continuous"}],
}
CTA = "/api/v1/experiments/cta"
SEEN = {"utm_source": "instagram", "utm_medium": "social", "device": "mobile"}


@pytest.fixture
async def shop(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    made = await admin.post("/api/v1/experiments", json=BODY)
    assert made.status_code == 201, made.text
    return admin


async def test_a_user_is_told_the_same_variant_with_its_segment_and_no_chance(
    shop: httpx.AsyncClient, make_client: MakeClient
) -> None:
    service = await make_client(Role.SERVICE)
    first = await service.post(
        f"{CTA}/allocate", json={"user_identifier": "user_456", "context": SEEN, "channel": "WEB"}
    )
    again = await shop.post(f"{CTA}/allocate/", json={"user_identifier": "user_456", "channel": "email"})
    assert (first.status_code, again.json()) == (200, first.json())
    told = first.json()
    assert told == {
        "experiment_id": "cta", "user_identifier": "user_456", "variant_id": told["variant_id"],
        "variant": {
            "variant_id": told["variant_id"], "name": told["variant"]["name"], "overrides": {},
            "content": {"control": {"text": "Sign up"}, "bold": {"text": "Start"}}[told["variant_id"]],
        },
        "segment_key": "source:instagram|device:mobile", "recorded": True, "reason": None,
        "assigned_at": told["assigned_at"],
    }  # fmt: skip


WRONG: list[tuple[str, Any, int, list[str]]] = [
    ("allocate", {"user_identifier": "u", "channel": "fax"}, 422, ["/channel"]),
    ("allocate", {"user_identifier": ""}, 422, ["/user_identifier"]),
    ("allocate", {"user_identifier": "u", "context": []}, 422, ["/context"]),
    ("allocate", {"user_identifier": "u", "context": {"utm_source": "\0"}}, 422, ["/context/utm_source"]),
    ("allocate", {}, 422, [""]),
    ("conversions", {"user_identifier": "nobody", "event_id": "e"}, 422, [""]),
    ("conversions", {"user_identifier": "u", "event_id": "e", "value": -1}, 422, ["/value"]),
    ("conversions", {"user_identifier": "u", "event_id": "e", "metric": "bougth"}, 422, ["/metric"]),
    ("conversions", {"user_identifier": "u", "event_id": "e", "at": "soon"}, 422, ["/at"]),
    ("conversions/batch", {"conversions": []}, 422, ["/conversions"]),
    ("conversions/batch", {"conversions": [{"user_identifier": "n", "event_id": "e"}]}, 422, ["/conversions/0"]),
]


async def test_what_is_wrong_is_pointed_at(shop: httpx.AsyncClient) -> None:
    await shop.post(f"{CTA}/allocate", json={"user_identifier": "u"})
    for path, body, status, pointers in WRONG:
        answered = await shop.post(f"{CTA}/{path}", json=body)
        assert (answered.status_code, [each["pointer"] for each in answered.json()["errors"]]) == (status, pointers), (
            path
        )
    missing = await shop.post("/api/v1/experiments/ctaa/allocate", json={"user_identifier": "u"})
    assert (missing.status_code, missing.json()["errors"][0]["hint"]) == (404, 'Did you mean "cta"?')


async def test_conversions_of_one_and_of_many_are_told_what_became_of_them(shop: httpx.AsyncClient) -> None:
    for user in ("u1", "u2"):
        await shop.post(f"{CTA}/allocate", json={"user_identifier": user, "context": SEEN})
    bought = {"user_identifier": "u1", "event_id": "order-1"}
    assert [(await shop.post(f"{CTA}/conversions", json=bought)).json() for _ in range(2)] == [
        {"outcome": "counted"},
        {"outcome": "duplicate"},
    ]
    worth = await shop.post(f"{CTA}/conversions", json=bought | {"event_id": "order-0", "value": 5})
    assert worth.json() == {
        "outcome": "counted",
        "note": 'The metric "bought" is binary: a unit counts once by it, whatever the value.',
    }
    rows: list[Any] = [
        {"user_identifier": "u2", "event_id": "order-2"},
        {"user_identifier": "u2", "event_id": "order-2", "metric": "spent", "value": 12.5},
        bought,
        {"user_identifier": "u9", "event_id": "order-3"},
        {"user_identifier": "u2", "event_id": "order-4", "value": "much"},
    ]
    answered = await shop.post(f"{CTA}/conversions/batch", json={"conversions": rows})
    told = answered.json()
    pointers = sorted(each["pointer"] for each in told.pop("rejected"))
    assert (answered.status_code, pointers) == (202, ["/conversions/3", "/conversions/4/value"])
    assert told == {"counted": 2, "duplicate": 1, "late": 0, "forced": 0, "opted_out": 0}


async def test_a_decision_names_the_variant_and_only_the_audit_tells_how_likely_it_was(
    shop: httpx.AsyncClient,
) -> None:
    asked = {"subject_id": "u1", "experiment_id": "cta", "context": {"ctx": {"device": "tablet"}}}
    decided = await shop.post("/api/v1/decide", json=asked)
    named = decided.json()["experiment"]
    assert named == {
        "experiment_id": "cta", "variant_id": named["variant_id"], "segment_key": "source:direct|device:tablet",
        "recorded": True,
    }  # fmt: skip
    recommended = await shop.post("/api/v1/recommend", json=asked)
    assert recommended.json()["experiment"] == named
    tried = await shop.post("/api/v1/rules/simulate", json={"subject_id": "u1"})
    assert "experiment" not in tried.json()
    assert "propensity" not in decided.text + recommended.text
    recorded: list[Any] = []

    async def is_recorded() -> bool:
        recorded[:] = (await shop.get("/api/v1/audit", params={"subject_id": "u1"})).json()["items"]
        return len(recorded) == 2

    await eventually(is_recorded, "both decisions were recorded")
    assert {each["body"]["experiment"]["propensity"] for each in recorded} == {0.5}
