"""Erasure and the record of processing over HTTP."""

import asyncio

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.identity.keys import WantedKey
from tessella.ports import Caller
from tests.database import eventually, session_of
from tests.erasing import CANARY

pytestmark = pytest.mark.anyio

PATH = f"/api/v1/subjects/{CANARY}"
ERASURES = "/api/v1/privacy/erasures"


async def test_a_subject_is_erased_by_a_job_and_nothing_is_told_of_them_afterwards(
    admin: httpx.AsyncClient, application: Application
) -> None:
    await admin.post("/api/v1/features", json={"name": "user.tier", "type": "string", "source": "fact"})
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
    result = run["result"]
    assert CANARY not in str(run)
    [erasure] = (await admin.get(ERASURES)).json()["items"]
    assert (erasure["user_hash"], erasure["rows"]) == (result["user_hash"], sum(result["rows"].values()))
    assert run["inputs"]["subject_id"] == f"erased:{result['user_hash']}"
    assert (await admin.get(PATH)).status_code == 404
    row = (await admin.get(f"/api/v1/audit/{decided['decision_id']}")).json()
    assert (row["user_hash"], row["body"]) == (None, {"erased": True, "facts_as_of": None})
    replayed = await admin.post(f"/api/v1/audit/{decided['decision_id']}/replay", json={})
    assert (replayed.status_code, "was erased" in replayed.text) == (422, True)


async def test_an_erasure_that_is_not_done_is_listed_and_names_nobody(
    admin: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    run_id = (await admin.post(f"{PATH}/erase")).json()["run_id"]
    listed = await admin.get(ERASURES)
    assert CANARY not in listed.text
    [erasure] = listed.json()["items"]
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        user_hash = session.pseudonym(SubjectId(CANARY))
    assert erasure == {
        "run_id": run_id, "user_hash": user_hash, "state": "queued", "progress": 0.0,
        "asked_at": erasure["asked_at"], "finished_at": None, "rows": None,
    }  # fmt: skip


async def test_it_is_counted_what_subjects_have_agreed_to(admin: httpx.AsyncClient, theirs: Namespace) -> None:
    assert (await admin.get("/api/v1/privacy/consent")).json() == {
        "subjects": 0, "personalized": 0, "sharing": 0, "personalized_share": None, "sharing_share": None,
    }  # fmt: skip
    for subject_id, personalized, shares in (("a", True, True), ("b", True, False), ("c", False, True), ("d", True, 1)):
        body = {"subject_id": subject_id, "personalization_enabled": personalized, "data_sharing_consent": bool(shares)}
        assert (await admin.post("/personalization/settings", json=body)).is_success
    assert (await admin.get("/api/v1/privacy/consent")).json() == {
        "subjects": 4, "personalized": 3, "sharing": 2, "personalized_share": 0.75, "sharing_share": 0.5,
    }  # fmt: skip


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
