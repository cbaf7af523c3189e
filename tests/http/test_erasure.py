"""Erasure and the record of processing over HTTP."""

import asyncio

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.identity.keys import WantedKey
from tests.database import eventually, session_of
from tests.erasing import CANARY

pytestmark = pytest.mark.anyio

PATH = f"/api/v1/subjects/{CANARY}"


async def test_a_subject_is_erased_by_a_job_and_nothing_is_told_of_them_afterwards(
    admin: httpx.AsyncClient, application: Application
) -> None:
    feature = {"name": "user.tier", "type": "string", "source": "fact"}
    assert (await admin.post("/api/v1/features", json=feature)).is_success
    facts = {"facts": [{"subject_id": CANARY, "values": {"user.tier": "VIP"}}]}
    assert (await admin.post("/api/v1/facts", json=facts)).is_success
    decided = (await admin.post("/api/v1/decide", json={"subject_id": CANARY})).json()
    assert (await admin.get(PATH)).is_success
    asked = await admin.post(f"{PATH}/erase")
    assert asked.status_code == 202
    assert (await admin.post(f"{PATH}/erase")).json()["run_id"] == asked.json()["run_id"]
    working = asyncio.create_task(application.worker().run(lambda: None))

    async def is_over() -> bool:
        return (await admin.get(asked.headers["location"])).json()["state"] == "succeeded"

    await eventually(is_over, "they were erased")
    working.cancel()
    await asyncio.wait([working])
    run = (await admin.get(asked.headers["location"])).json()
    assert CANARY not in str(run)
    assert run["inputs"]["subject_id"] == f"erased:{run['result']['user_hash']}"
    assert (await admin.get(PATH)).status_code == 404
    row = (await admin.get(f"/api/v1/audit/{decided['decision_id']}")).json()
    assert (row["user_hash"], row["body"]) == (None, {"erased": True, "facts_as_of": None})
    replayed = await admin.post(f"/api/v1/audit/{decided['decision_id']}/replay", json={})
    assert (replayed.status_code, "was erased" in replayed.text) == (422, True)


@pytest.mark.parametrize("subject_id", ["x" * 257, "a%00b"])
async def test_what_is_no_id_of_a_subject_is_refused(admin: httpx.AsyncClient, subject_id: str) -> None:
    assert (await admin.post(f"/api/v1/subjects/{subject_id}/erase")).status_code == 422


async def test_an_id_that_looks_like_an_address_can_be_erased_where_it_could_not_be_stored(
    admin: httpx.AsyncClient,
) -> None:
    assert (await admin.post("/api/v1/subjects/ann@example.com/erase")).status_code == 202


async def test_the_record_of_processing_is_told(admin: httpx.AsyncClient) -> None:
    record = (await admin.get("/api/v1/privacy/record")).json()
    assert record["retention"] == "Features: 30 days; Rankings: 24 hours; Evaluations: 365 days"
    [facts] = [each for each in record["tables"] if each["table"] == "subject_facts"]
    assert facts["about"] == "subject"
    assert {"column": "value", "holds": "Its value."} in facts["columns"]


async def test_tokens_keys_and_quotas_of_an_erased_subject_are_forgotten(
    admin: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    service = admin._transport.app  # type: ignore[attr-defined]  # the one that the client is of
    key = await application.administration.create(namespace, WantedKey(Role.CLIENT, subject_id=SubjectId(CANARY)))
    headers = {"Authorization": f"Bearer {key.text}"}
    assert (await admin.post("/api/v1/decide", json={}, headers=headers)).is_success
    keys, buckets = application.keys._remembered, service.limits._subjects.buckets._full_at
    assert any(each.caller.subject_id == CANARY for each in keys.values())
    assert (namespace, CANARY) in buckets
    session = await session_of(application._storage, namespace)
    await session.erase_rows(SubjectId(CANARY))
    assert not any(each.caller.subject_id == CANARY for each in keys.values())
    assert (namespace, CANARY) not in buckets
    assert (await admin.post("/api/v1/decide", json={}, headers=headers)).status_code == 401
