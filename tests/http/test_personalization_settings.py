"""`/personalization/settings`: what a subject has agreed to, read and changed by themselves or by who serves them."""

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.identity.keys import WantedKey
from tessella.http.app import create_app

pytestmark = pytest.mark.anyio

PATH = "/personalization/settings"
DEFAULTS = {"personalization_enabled": True, "data_sharing_consent": False}


def problem(answer: httpx.Response) -> tuple[int, str, list[str]]:
    body = answer.json()
    return answer.status_code, body["type"].removeprefix("urn:tessella:"), [each["pointer"] for each in body["errors"]]


async def of(client: httpx.AsyncClient, subject: str) -> dict[str, bool]:
    answer = await client.get(PATH, params={"subject_id": subject})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_without_settings_the_defaults_hold_personalized_and_nothing_shared(admin):
    assert await of(admin, "ann") == DEFAULTS


async def test_a_post_changes_only_the_fields_that_are_sent(admin):
    shared = await admin.post(PATH, json={"subject_id": "ann", "data_sharing_consent": True})
    assert (shared.status_code, shared.json()) == (200, {"personalization_enabled": True, "data_sharing_consent": True})
    out = await admin.post(PATH, json={"subject_id": "ann", "personalization_enabled": False})
    assert out.json() == {"personalization_enabled": False, "data_sharing_consent": True}
    assert (await admin.post(PATH, json={"subject_id": "ann"})).json() == out.json() == await of(admin, "ann")
    assert await of(admin, "bob") == DEFAULTS


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"personalization_enabled": None}, "/personalization_enabled"),
        ({"data_sharing_consent": "true"}, "/data_sharing_consent"),
        ({"data_sharing_consent": 1}, "/data_sharing_consent"),
        ({"marketing": True}, "/marketing"), ({"subject_id": ""}, "/subject_id"), ({"subject_id": None}, "/subject_id"),
    ],
)  # fmt: skip
async def test_nothing_is_changed_by_what_is_no_setting_or_no_yes_or_no(admin, sent, pointer):
    refused = await admin.post(PATH, json={"subject_id": "ann", "personalization_enabled": False, **sent})
    assert refused.status_code == 422
    assert pointer in [each["pointer"] for each in refused.json()["errors"]]
    assert await of(admin, "ann") == DEFAULTS


async def test_who_acts_for_many_has_to_name_somebody(admin):
    assert problem(await admin.get(PATH)) == (422, "subject-not-named", ["/query/subject_id"])
    assert problem(await admin.post(PATH, json=DEFAULTS)) == (422, "subject-not-named", ["/subject_id"])


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER])
async def test_a_subject_reads_and_changes_their_own_settings_and_nobody_elses(
    application: Application, namespace: Namespace, role: Role
):
    key = (await application.administration.create(namespace, WantedKey(role, subject_id=SubjectId("ann")))).text
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as own:
        assert (await own.get(PATH)).json() == DEFAULTS
        changed = await own.post(PATH, json={"data_sharing_consent": True})
        assert changed.json() == {"personalization_enabled": True, "data_sharing_consent": True}
        assert problem(await own.get(PATH, params={"subject_id": "bob"}))[:2] == (403, "not-yours")
        assert problem(await own.post(PATH, json={"subject_id": "bob", **DEFAULTS}))[:2] == (403, "not-yours")


async def test_who_switches_personalization_off_is_decided_by_the_request_alone_from_then_on(admin):
    feature = {"name": "user.tier", "type": "string"}
    assert (await admin.post("/api/v1/features", json=feature)).is_success
    rules = [{"rule_id": "r", "expr": {"eq": ["user.tier", "VIP"]}}]
    assert (await admin.post("/api/v1/segments", json={"segment_id": "vip", "rules": rules})).is_success
    facts = {"facts": [{"subject_id": "ann", "values": {"user.tier": "VIP"}}]}
    assert (await admin.post("/api/v1/facts", json=facts)).is_success

    async def segment() -> str:
        return (await admin.post("/api/v1/decide", json={"subject_id": "ann"})).json()["segment_id"]

    assert await segment() == "vip"
    await admin.post(PATH, json={"subject_id": "ann", "personalization_enabled": False})
    assert await segment() == "default"
    await admin.post(PATH, json={"subject_id": "ann", "personalization_enabled": True})
    assert await segment() == "vip"


async def test_an_id_that_is_an_address_is_refused_unless_the_namespace_says_so(admin):
    for subject in ("ann@example.org", "+358 40 123 4567"):
        told = {"subject_id": subject, "data_sharing_consent": True}
        assert problem(await admin.post(PATH, json=told)) == (422, "subject-is-address", ["/subject_id"])
    assert (await admin.put("/api/v1/defaults", json={"subject_ids": "addresses"})).is_success
    for subject in ("ann@example.org", "+358 40 123 4567"):
        told = {"subject_id": subject, "data_sharing_consent": True}
        assert (await admin.post(PATH, json=told)).status_code == 200
