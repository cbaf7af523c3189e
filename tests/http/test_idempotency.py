"""`Idempotency-Key`: the same request again is answered as before; another request under its key is a conflict."""

import asyncio
from typing import Any

import httpx
import psycopg
import pytest

from tessella.domain.identifiers import Namespace, Role
from tests.database import Dsns
from tests.http.conftest import MakeClient
from tests.http.definitions import define_vip
from tests.http.test_ingest import event

pytestmark = pytest.mark.anyio


async def post(client: httpx.AsyncClient, path: str, body: Any, key: str = "k") -> httpx.Response:
    return await client.post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": key})


def is_replay(answer: httpx.Response) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


async def test_events_that_are_sent_again_under_their_key_are_answered_as_before(admin: httpx.AsyncClient) -> None:
    first, again = [await post(admin, "events", [event("e1"), event("e2")]) for _ in range(2)]
    assert (first.status_code, first.json()["accepted"], is_replay(first)) == (202, 2, False)
    assert (again.status_code, again.content, is_replay(again)) == (202, first.content, True)
    assert again.headers["content-type"] == "application/json"


async def test_another_body_under_a_key_is_a_conflict_and_nothing_is_stored(admin: httpx.AsyncClient) -> None:
    await post(admin, "events", [event("e1")])
    refused = await post(admin, "events", [event("e2")])
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:key-reused")
    assert (await admin.post("/api/v1/events", json=[event("e2")])).json()["accepted"] == 1


async def test_another_path_under_a_key_is_a_conflict(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    await post(admin, "events", [event("e1")])
    facts = {"facts": [{"subject_id": "h1", "values": {"user.tier": "VIP"}}]}
    assert (await post(admin, "facts", facts)).status_code == 409


async def test_facts_without_a_time_are_not_applied_a_second_time(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    facts = {"facts": [{"subject_id": "h1", "values": {"user.tier": "VIP"}}]}
    first = await post(admin, "facts", facts)
    await admin.post("/api/v1/facts", json={"facts": [{"subject_id": "h1", "values": {"user.tier": "later"}}]})
    again = await post(admin, "facts", facts)
    assert (first.json()["changed"], again.content, is_replay(again)) == (1, first.content, True)
    assert (await admin.get("/api/v1/subjects/h1")).json()["facts"]["user.tier"]["value"] == "later"


async def test_one_key_sent_by_64_clients_at_once_takes_effect_once(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    facts = {"facts": [{"subject_id": "h1", "values": {"user.tier": "VIP"}}]}
    answers = await asyncio.gather(*(post(admin, "facts", facts) for _ in range(64)))
    assert {(each.status_code, each.content) for each in answers} == {(202, answers[0].content)}
    assert sum(not is_replay(each) for each in answers) == 1


async def test_many_keys_share_a_commit_and_each_keeps_its_own_answer(admin: httpx.AsyncClient) -> None:
    bodies = [[event(f"e{at}-{row}") for row in range(at % 3 + 1)] for at in range(60)]
    first, again = [
        await asyncio.gather(*(post(admin, "events", body, f"k{at}") for at, body in enumerate(bodies)))
        for _ in range(2)
    ]
    assert [each.json()["accepted"] for each in first] == [len(body) for body in bodies]
    assert [each.content for each in again] == [each.content for each in first]
    assert all(map(is_replay, again))


async def test_what_was_refused_under_a_key_is_refused_again_in_the_same_words(admin: httpx.AsyncClient) -> None:
    await admin.post("/api/v1/events", json=[event("e1")])
    first, again = [await post(admin, "events", [event("e1", value=2)]) for _ in range(2)]
    assert (first.status_code, first.headers["content-type"]) == (409, "application/problem+json")
    assert (again.status_code, again.content) == (409, first.content)
    assert (again.headers["content-type"], is_replay(again)) == ("application/problem+json", True)


async def test_those_who_act_for_everybody_share_their_keys(make_client: MakeClient, admin: httpx.AsyncClient) -> None:
    service = await make_client(Role.SERVICE)
    assert (await post(service, "events", [event("e1")])).json()["accepted"] == 1
    assert is_replay(await post(admin, "events", [event("e1")]))


@pytest.mark.parametrize("key", ["", "x" * 257, "a b", "é".encode()])
async def test_a_key_that_cannot_be_one_is_refused(admin: httpx.AsyncClient, key: Any) -> None:
    refused = await admin.post("/api/v1/events", json=[event("e1")], headers={"Idempotency-Key": key})
    assert (refused.status_code, "Idempotency-Key" in refused.json()["detail"]) == (422, True)


async def test_no_more_than_a_hash_of_the_body_is_kept(
    admin: httpx.AsyncClient, database: Dsns, namespace: Namespace
) -> None:
    await post(admin, "events", [event("e1", properties={"text": "secret"})])
    with psycopg.connect(database.superuser) as connection:
        kept = connection.execute("SELECT k::text FROM tessella.idempotency_keys k WHERE namespace = %s", [namespace])
        (row,) = kept.fetchall()
    assert "secret" not in str(row)
    assert "POST /api/v1/events" in str(row)


KEY = {"Idempotency-Key": "k"}


async def test_a_definition_that_is_written_again_under_its_key_is_one_version(admin: httpx.AsyncClient) -> None:
    async def put(alpha: float, **headers: str) -> httpx.Response:
        return await admin.put("/api/v1/profiles/p", json={"alpha": alpha}, headers=KEY | headers)

    first, again, other = await put(1, **{"If-None-Match": "*"}), await put(1, **{"If-None-Match": "*"}), await put(2)
    assert (first.status_code, is_replay(first)) == (201, False)
    assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, first.headers["etag"])
    assert (is_replay(again), other.status_code) == (True, 409)
    assert (await admin.get("/api/v1/profiles/p")).headers["etag"] == '"1"'


async def test_a_definition_that_is_made_again_under_its_key_does_not_exist_already(admin: httpx.AsyncClient) -> None:
    first, again = [
        await admin.post("/api/v1/profiles", json={"profile_id": "p", "alpha": 1}, headers=KEY) for _ in range(2)
    ]
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (await admin.post("/api/v1/profiles", json={"profile_id": "p", "alpha": 1})).status_code == 409


async def test_a_deletion_that_is_sent_again_under_its_key_is_done_once(admin: httpx.AsyncClient) -> None:
    await admin.put("/api/v1/profiles/p", json={"alpha": 1})
    first, again = [await admin.delete("/api/v1/profiles/p", headers=KEY) for _ in range(2)]
    assert (first.status_code, again.status_code, again.content, is_replay(again)) == (204, 204, b"", True)
    assert (await admin.delete("/api/v1/profiles/p")).status_code == 404


async def test_a_publish_and_a_rollback_that_are_sent_again_under_their_keys_are_done_once(
    admin: httpx.AsyncClient,
) -> None:
    async def twice(path: str, body: Any) -> list[httpx.Response]:
        return [await post(admin, path, body, path) for _ in range(2)]

    await admin.put("/api/v1/profiles/p", json={"alpha": 1})
    await admin.put("/api/v1/profiles/p?draft=true", json={"alpha": 2})
    for path, body in {
        "publish": {},
        "profiles/p/rollback": {"version": 1},
        "rollback": {"version": 2},
    }.items():
        first, again = await twice(path, body)
        assert (first.status_code, again.status_code, again.content) == (200, 200, first.content), path
        assert (is_replay(first), is_replay(again)) == (False, True), path


async def test_a_change_that_was_refused_keeps_no_key(admin: httpx.AsyncClient) -> None:
    refused = await admin.put("/api/v1/profiles/p", json={"alpha": "much"}, headers=KEY)
    mended = await admin.put("/api/v1/profiles/p", json={"alpha": 1}, headers=KEY)
    assert (refused.status_code, mended.status_code) == (422, 201)


async def test_a_definition_sent_by_many_at_once_under_one_key_is_one_version(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(admin.put("/api/v1/profiles/p", json={"alpha": 1}, headers=KEY) for _ in range(16))
    )
    assert {(each.status_code, each.headers["etag"]) for each in answers} == {(201, '"1"')}
    assert sum(not is_replay(each) for each in answers) == 1
