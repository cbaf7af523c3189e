"""Events and facts on their way in."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Namespace, Role
from tessella.storage.store import Storage
from tests.http.conftest import MakeClient
from tests.http.definitions import add_vip, define_vip

pytestmark = pytest.mark.anyio


def event(event_id: str = "e1", **changed: Any) -> dict[str, Any]:
    return {"event_id": event_id, "subject_id": "h1", "event_type": "buy", "occurred_at": "2026-01-01", **changed}


async def test_events_are_stored_once_by_their_id(admin: httpx.AsyncClient) -> None:
    both = {"events": [event("e1", value=2.5, item_id="i", properties={"store": 7}), event("e2")]}
    first = await admin.post("/api/v1/events", json=both)
    again = await admin.post("/api/v1/events", json=[event("e2"), event("e3")])
    assert (first.status_code, first.json()) == (202, {"accepted": 2, "duplicates": 0, "rejected": []})
    assert (again.status_code, again.json()) == (202, {"accepted": 1, "duplicates": 1, "rejected": []})


async def test_an_event_that_changed_is_a_conflict(admin: httpx.AsyncClient) -> None:
    await admin.post("/api/v1/events", json=[event("e1", value=1)])
    assert (await admin.post("/api/v1/events", json=[event("e1", value=2)])).status_code == 409


@pytest.mark.parametrize("events", [[], [event(str(i)) for i in range(1001)]], ids=["none", "1001"])
async def test_a_request_carries_1_to_1000_events(admin: httpx.AsyncClient, events: list[Any]) -> None:
    assert (await admin.post("/api/v1/events", json={"events": events})).status_code == 422


BAD: list[tuple[dict[str, Any], str, str]] = [
    (event("e", occurred_at="soon"), "/occurred_at", "ISO 8601"),
    (event("e", occurred_at="9999-01-01"), "/occurred_at", "minutes from now"),
    (event("e", event_type=""), "/event_type", "length"),
    (event("x" * 300), "/event_id", "length"),
    (event("e", properties={"a": "\0"}), "/properties/a", "NUL"),
    (event("e", value=float("nan")), "/value", "finite"),
    (event("e", value=10**30), "/value", "64 bits"),
    (event("e", properties={"text": "x" * 16_385}), "/properties", "longer than"),
    (event("e", decision_id="mine"), "/decision_id", "UUID"),
    (event("e", colour="red"), "/colour", "colour"),
    ({"event_id": "e"}, "", "subject_id"),
]


@pytest.mark.parametrize(("bad", "at", "says"), BAD, ids=[at or "missing" for _, at, _ in BAD])
async def test_a_wrong_event_is_named_and_costs_the_others_nothing(
    admin: httpx.AsyncClient, bad: dict[str, Any], at: str, says: str
) -> None:
    for body, base in (([event("e1"), bad, event("e2")], ""), ({"events": [event("e3"), bad]}, "/events")):
        answer = await admin.post("/api/v1/events", content=json.dumps(body))
        assert answer.status_code == 202, answer.text
        (fault,) = answer.json()["rejected"]
        assert (fault["pointer"], says in fault["message"]) == (f"{base}/1{at}", True), fault
        assert (answer.json()["accepted"], answer.json()["duplicates"]) == (2 if not base else 1, 0)


@pytest.mark.parametrize(("bad", "at", "says"), BAD, ids=[at or "missing" for _, at, _ in BAD])
async def test_a_wrong_event_alone_is_refused(
    admin: httpx.AsyncClient, bad: dict[str, Any], at: str, says: str
) -> None:
    answer = await admin.post("/api/v1/events", content=json.dumps([bad]))
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], says in fault["message"]) == (f"/0{at}", True), fault


async def test_three_bad_rows_among_a_thousand_fail_alone(admin: httpx.AsyncClient) -> None:
    rows = [event(f"e{at}") for at in range(1000)]
    rows[5], rows[500], rows[999] = BAD[0][0], event("e1", value=7), BAD[4][0]
    answer = (await admin.post("/api/v1/events", json={"events": rows})).json()
    assert (answer["accepted"], answer["duplicates"]) == (997, 0)
    assert sorted(each["pointer"] for each in answer["rejected"]) == [
        "/events/5/occurred_at", "/events/500", "/events/999/properties/a",
    ]  # fmt: skip


async def test_a_batch_of_nothing_but_bad_rows_is_refused_with_all_of_them(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/api/v1/events", json=[BAD[0][0], BAD[4][0]])
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/0/occurred_at", "/1/properties/a"]


async def test_the_same_event_twice_in_a_batch_is_one_and_a_changed_one_is_wrong(admin: httpx.AsyncClient) -> None:
    answer = (await admin.post("/api/v1/events", json=[event("e1"), event("e1"), event("e1", value=2)])).json()
    assert (answer["accepted"], answer["duplicates"]) == (1, 1)
    assert [each["pointer"] for each in answer["rejected"]] == ["/2"]


async def test_an_event_may_be_old_and_is_counted_as_late(admin: httpx.AsyncClient, storage: Storage) -> None:
    now = datetime.now(UTC)
    ages = {"old": now - timedelta(days=4000), "late": now - timedelta(hours=25), "fresh": now - timedelta(hours=23)}
    ahead = {"a little ahead": now + timedelta(minutes=4)}
    sent = [event(name, occurred_at=at.isoformat()) for name, at in (ages | ahead).items()]
    assert (await admin.post("/api/v1/events", json=sent)).json()["accepted"] == 4
    await admin.post("/api/v1/events", json=sent)
    assert storage.health().ingested.late_events == 2


async def test_an_event_that_is_to_occur_is_wrong_and_counted(admin: httpx.AsyncClient, storage: Storage) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
    refused = await admin.post("/api/v1/events", json=[event("e1", occurred_at=soon)])
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tessella:event-from-future")
    assert storage.health().ingested.rejected_rows == 1


async def test_a_client_that_sends_the_event_of_another_is_denied(
    make_client: MakeClient, storage: Storage, namespace: Namespace
) -> None:
    service = await make_client(Role.SERVICE)
    assert (await service.post("/api/v1/events", json=[event("e1", subject_id="bob")])).status_code == 202
    client = await make_client(Role.CLIENT)
    refused = await client.post("/api/v1/events", json=[event("e2", subject_id="bob")])
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:tessella:not-yours")


async def test_concurrent_duplicates_of_64_clients_are_stored_once(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(admin.post("/api/v1/events", json=[event("e1")]) for _ in range(64)))
    told = [(each.status_code, each.json()["accepted"], each.json()["duplicates"]) for each in answers]
    assert sorted(told) == [(202, 0, 1)] * 63 + [(202, 1, 0)]


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
async def test_a_wrong_fact_stores_nothing_of_its_subject_and_is_named(
    admin: httpx.AsyncClient, name: str, value: Any, says: str
) -> None:
    await define_vip(admin)
    good, bad = {"user.tier": "VIP"}, {"user.tier": "new", name: value}
    facts = [{"subject_id": "h1", "values": good}, {"subject_id": "h2", "values": bad}]
    answer = await admin.post("/api/v1/facts", json={"facts": facts})
    assert (answer.status_code, answer.json()["accepted"], answer.json()["changed"]) == (202, 1, 1)
    (fault,) = answer.json()["rejected"]
    assert fault["pointer"] == f"/facts/1/values/{name}"
    assert says in fault["message"]
    assert (await admin.get("/api/v1/subjects/h1")).json()["facts"]["user.tier"]["value"] == "VIP"
    assert (await admin.get("/api/v1/subjects/h2")).status_code == 404
    alone = await admin.post("/api/v1/facts", json={"facts": facts[1:]})
    assert (alone.status_code, alone.json()["errors"][0]["pointer"]) == (422, f"/facts/0/values/{name}")


async def test_a_request_carries_10000_values_at_most(admin: httpx.AsyncClient) -> None:
    values = {f"user.f{at}": 1 for at in range(1000)}
    facts = [{"subject_id": f"h{at}", "values": values} for at in range(11)]
    assert (await admin.post("/api/v1/facts", json={"facts": facts})).status_code == 413


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
    (fault,) = (await admin.post("/api/v1/events", json=[event("e2"), event("e3", properties=longer)])).json()[
        "rejected"
    ]
    assert fault["pointer"] == "/1/properties"
    assert fault["message"] == "properties are longer than 16384 characters."
