"""Recorded decisions over HTTP: found, shown, decided again; and the one case in which none is given."""

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tests.audits import tamper, until_stored
from tests.database import Dsns, link_to, settings_for, storage_with
from tests.http.conftest import MakeClient
from tests.http.definitions import add_vip, define_vip

pytestmark = pytest.mark.anyio

AUDIT = "/api/v1/audit"


async def listed(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get(AUDIT, params=asked)
    assert answer.status_code == 200, answer.text
    return [row["decision_id"] for row in answer.json()["items"]]


async def decide(client: httpx.AsyncClient, **body: Any) -> str:
    answer = await client.post("/api/v1/decide", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["decision_id"])


@pytest.fixture
async def decided(admin: httpx.AsyncClient, database: Dsns, namespace: Namespace) -> list[str]:
    """Decisions for h1, h2 and nobody."""
    await define_vip(admin)
    await add_vip(admin)
    made = [await decide(admin, subject_id="h1"), await decide(admin, subject_id="h2"), await decide(admin)]
    await until_stored(database, namespace, 3)
    return made


async def test_decisions_are_found_by_subject_pseudonym_segment_id_and_time(
    admin: httpx.AsyncClient, decided: list[str]
) -> None:
    h1, h2, nobody = decided
    row = (await admin.get(f"{AUDIT}/{h1}")).json()
    assert await listed(admin) == [nobody, h2, h1]
    assert await listed(admin, subject_id="h1") == await listed(admin, user_hash=row["user_hash"]) == [h1]
    assert await listed(admin, segment_id="vip", subject_id="h2") == []
    assert await listed(admin, decision_id=h2) == [h2]
    assert await listed(admin, since="2026-01-01", limit=2) == [nobody, h2]
    assert await listed(admin, until=row["recorded_at"], subject_id="h2") == []
    assert await listed(admin, until="2026-01-01") == []


async def test_one_decision_is_shown_whole_and_without_the_subjects_id(
    admin: httpx.AsyncClient, decided: list[str]
) -> None:
    answer = await admin.get(f"{AUDIT}/{decided[0]}")
    row = answer.json()
    assert (row["segment_id"], row["rule_id"], row["sequence"]) == ("vip", "main", 1)
    assert row["body"]["features"] == {"user.tier": "VIP", "user.ltv_eur": 900.0}
    assert datetime.fromisoformat(row["body"]["facts_as_of"]) < datetime.fromisoformat(row["recorded_at"])
    assert "h1" not in answer.text


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"user_hash": "h1"}, "/query/user_hash"), ({"segment_id": "a b"}, "/query/segment_id"),
        ({"decision_id": "7"}, "/query/decision_id"), ({"since": "yesterday"}, "/query/since"),
        ({"until": "2026-13-01"}, "/query/until"), ({"limit": 0}, "/query/limit"), ({"limit": 1001}, "/query/limit"),
        ({"cursor": "2"}, "/query/cursor"), ({"subject_id": "h1", "user_hash": "0" * 32}, "/user_hash"),
    ],
)  # fmt: skip
async def test_a_question_that_cannot_be_asked_is_pointed_at(
    admin: httpx.AsyncClient, asked: dict[str, Any], pointer: str
) -> None:
    refused = await admin.get(AUDIT, params=asked)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("name", ["0197c3a0-7d1b-7c3e-9a51-0242ac120002", "nonsense", "%00", "a'b"])
async def test_a_decision_that_was_never_recorded_is_not_found(admin: httpx.AsyncClient, name: str) -> None:
    for answer in (await admin.get(f"{AUDIT}/{name}"), await admin.post(f"{AUDIT}/{name}/replay", json={})):
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:tessella:no-such")


async def test_a_decision_is_decided_again_and_a_difference_is_shown(
    admin: httpx.AsyncClient, decided: list[str], database: Dsns, namespace: Namespace
) -> None:
    replay = f"{AUDIT}/{decided[0]}/replay"
    equal = (await admin.post(replay, json={"subject_id": "h1"})).json()
    assert (equal["decision_id"], equal["equal"], equal["differences"]) == (decided[0], True, [])
    tamper(database, namespace, "UPDATE tessella.decision_audit SET rule_id = 'x' WHERE namespace = :ns")
    assert (await admin.post(replay, json={})).json()["differences"] == [
        {"field": "rule_id", "recorded": "x", "replayed": "main"}
    ]
    assert len(await listed(admin)) == 3


async def test_a_replay_for_somebody_else_or_with_unknown_fields_is_refused(
    admin: httpx.AsyncClient, decided: list[str]
) -> None:
    replay = f"{AUDIT}/{decided[0]}/replay"
    for body, kind in (
        ({"subject_id": "h2"}, "subject-does-not-fit"), ({"subject": "h1"}, "unknown-field"),
        ({"subject_id": ""}, "wrong-shape"), ([], "wrong-shape"),
    ):  # fmt: skip
        refused = await admin.post(replay, json=body)
        assert (refused.status_code, refused.json()["type"]) == (422, f"urn:tessella:{kind}")


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER, Role.SERVICE, Role.MONITOR])
async def test_only_administrators_see_the_audit(make_client: MakeClient, role: Role) -> None:
    client = await make_client(role)
    path = f"{AUDIT}/0197c3a0-7d1b-7c3e-9a51-0242ac120002"
    for answer in (await client.get(AUDIT), await client.get(path), await client.post(f"{path}/replay", json={})):
        assert answer.status_code == 403


async def test_a_decision_that_must_be_recorded_and_cannot_be_is_a_503_and_is_not_given(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, home, namespace) as storage:
        application = Application(settings_for(home), storage)
        key = await application.administration.create_key(namespace, Role.ADMIN)
        transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            written = await client.put("/api/v1/defaults", json={"audit": "required"})
            assert written.json() == {"audit": "required"}
            await decide(client)
            await link.cut()
            refused = [
                await client.post("/api/v1/decide", json={}),
                await client.post("/api/v1/decide", json={"explain": True}),
                await client.post("/api/v1/decide/batch", json={"requests": [{}, {}]}),
            ]
            still = await client.post("/api/v1/simulate", json={})
    for answer in refused:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["type"] == "urn:tessella:audit-unavailable"
        assert "segment_id" not in answer.text
    assert still.status_code == 200
