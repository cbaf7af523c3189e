"""Events and facts on their way in."""

from typing import Any

import httpx
import pytest

from tests.http.definitions import add_vip, define_vip

pytestmark = pytest.mark.anyio


def event(event_id: str = "e1", **changed: Any) -> dict[str, Any]:
    return {"event_id": event_id, "subject_id": "h1", "event_type": "buy", "occurred_at": "2026-01-01", **changed}


async def test_events_are_stored_once_by_their_id(admin: httpx.AsyncClient) -> None:
    both = {"events": [event("e1", value=2.5, item_id="i", properties={"store": 7}), event("e2")]}
    first = await admin.post("/api/v1/events", json=both)
    again = await admin.post("/api/v1/events", json=[event("e2"), event("e3")])
    assert (first.status_code, first.json()) == (202, {"accepted": 2, "duplicates": 0})
    assert (again.status_code, again.json()) == (202, {"accepted": 1, "duplicates": 1})


async def test_an_event_that_changed_is_a_conflict(admin: httpx.AsyncClient) -> None:
    await admin.post("/api/v1/events", json=[event("e1", value=1)])
    assert (await admin.post("/api/v1/events", json=[event("e1", value=2)])).status_code == 409


@pytest.mark.parametrize("events", [[], [event(str(i)) for i in range(1001)]], ids=["none", "1001"])
async def test_a_request_carries_1_to_1000_events(admin: httpx.AsyncClient, events: list[Any]) -> None:
    assert (await admin.post("/api/v1/events", json={"events": events})).status_code == 422


async def test_one_wrong_event_stores_none(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/api/v1/events", json={"events": [event("e1"), event("e2", occurred_at="soon")]})
    assert refused.json()["errors"][0]["pointer"] == "/events/1/occurred_at"
    assert (await admin.post("/api/v1/events", json=[event("e1")])).json()["accepted"] == 1


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("user.teir", "VIP", "user.teir"),
        ("user.ltv_eur", "much", "its type is number"),
        ("user.ltv_eur", None, "its type is number"),
        ("user.email", "a@b.example", "personal"),
        ("session.basket", 3, "comes with each request"),
    ],
)
async def test_one_wrong_fact_stores_none(admin: httpx.AsyncClient, name: str, value: Any, says: str) -> None:
    await define_vip(admin)
    facts = [{"subject_id": "h1", "values": {"user.tier": "VIP"}}, {"subject_id": "h1", "values": {name: value}}]
    refused = await admin.post("/api/v1/facts", json={"facts": facts})
    assert refused.status_code == 422
    fault = refused.json()["errors"][0]
    assert fault["pointer"] == f"/facts/1/values/{name}"
    assert says in fault["message"]
    assert (await admin.get("/api/v1/subjects/h1")).status_code == 404


async def test_a_subject_shows_its_facts_and_settings(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await add_vip(admin, "a/b c")
    found = (await admin.get("/api/v1/subjects/a%2Fb%20c")).json()
    assert found["subject_id"] == "a/b c"
    assert found["facts"]["user.tier"]["value"] == "VIP"
    assert found["settings"] == {"personalization_enabled": True, "data_sharing_consent": False}


async def test_of_thousands_of_wrong_facts_the_first_hundred_are_told(admin: httpx.AsyncClient) -> None:
    values = {f"user.unknown_{at}": 1 for at in range(500)}
    answer = await admin.post("/api/v1/facts", json={"facts": [{"subject_id": "anna", "values": values}]})
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100


async def test_the_properties_of_an_event_are_as_long_as_in_an_import_at_most(admin: httpx.AsyncClient) -> None:
    whole, longer = ({"text": "é" * length} for length in (16_384 - len('{"text":""}'), 16_384))
    assert (await admin.post("/api/v1/events", json=[event("e1", properties=whole)])).status_code == 202
    refused = await admin.post("/api/v1/events", json=[event("e2"), event("e3", properties=longer)])
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["pointer"]) == (422, "/1/properties")
    assert fault["message"] == "properties are longer than 16384 characters."
