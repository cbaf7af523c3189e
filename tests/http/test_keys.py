"""API keys over HTTP: made, listed, taken back; and what a bound key's requests have to meet."""

import secrets
import time
from typing import Any

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import CreatedKey, WantedKey
from tessella.domain.identity.signing import signature
from tessella.http.app import create_app
from tests.http.conftest import MakeClient

pytestmark = pytest.mark.anyio


@pytest.fixture
async def owner(make_client: MakeClient) -> httpx.AsyncClient:
    return await make_client(Role.SUPERADMIN)


def bearer(key: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **headers}


async def test_a_key_is_made_used_listed_and_taken_back(owner: httpx.AsyncClient) -> None:
    body = {"role": "client", "label": "Ann's phone", "subject_id": "h1", "allowed_addresses": ["127.0.0.0/8"]}
    made = await owner.post("/api/v1/keys", json=body)
    assert (made.status_code, made.json()["signing_secret"]) == (201, None)
    key, key_id = made.json()["key"], made.json()["key_id"]
    assert (await owner.post("/api/v1/decide", json={"subject_id": "h1"}, headers=bearer(key))).status_code == 200
    assert (await owner.post("/api/v1/decide", json={"subject_id": "h2"}, headers=bearer(key))).status_code == 403
    (_, listed) = (await owner.get("/api/v1/keys")).json()["items"]
    assert {name: listed[name] for name in ("key_id", "revoked_at", "is_signed")} == {
        "key_id": key_id, "revoked_at": None, "is_signed": False,
    }  # fmt: skip
    assert {name: listed[name] for name in body} == body
    assert (await owner.delete(f"/api/v1/keys/{key_id}")).status_code == 204
    assert (await owner.post("/api/v1/decide", json={}, headers=bearer(key))).status_code == 401
    assert (await owner.delete(f"/api/v1/keys/{key_id}")).status_code == 404
    assert (await owner.get("/api/v1/keys")).json()["items"][1]["revoked_at"] is not None


async def test_a_list_of_keys_shows_no_secret_and_pages(owner: httpx.AsyncClient) -> None:
    made = [(await owner.post("/api/v1/keys", json={"role": "service", "is_signed": True})).json() for _ in range(4)]
    found, cursor = [], None
    for _ in range(3):
        query = {"limit": "2"} | ({} if cursor is None else {"cursor": cursor})
        page = (await owner.get("/api/v1/keys", params=query)).json()
        found += page["items"]
        cursor = page["next_cursor"]
    assert ([each["key_id"] for each in found[1:]], cursor) == ([each["key_id"] for each in made], None)
    text = (await owner.get("/api/v1/keys")).text
    for each in made:
        assert each["key"].split(".")[2] not in text
        assert each["signing_secret"] not in text


async def test_keys_of_another_namespace_are_not_there(
    application: Application, owner: httpx.AsyncClient, namespace: Namespace
) -> None:
    other = await application.administration.create(Namespace(f"{namespace}-other"), WantedKey(Role.SUPERADMIN))
    assert (await owner.delete(f"/api/v1/keys/{other.key_id}")).status_code == 404
    assert other.key_id not in (await owner.get("/api/v1/keys")).text
    assert (await owner.get("/api/v1/keys", headers=bearer(other.text))).status_code == 200


@pytest.mark.parametrize(("body", "pointer"), [
    ({}, ""), ({"role": "system"}, "/role"), ({"role": "admin", "subject_id": "h1"}, "/subject_id"),
    ({"role": "client", "subject_id": ""}, "/subject_id"), ({"role": "client", "label": "x" * 201}, "/label"),
    ({"role": "client", "allowed_addresses": ["10.0.0.0/8", "here"]}, "/allowed_addresses/1"),
    ({"role": "client", "owner": 1}, "/owner"),
])  # fmt: skip
async def test_a_key_that_cannot_be_is_pointed_at(owner: httpx.AsyncClient, body: dict[str, Any], pointer: str) -> None:
    refused = await owner.post("/api/v1/keys", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_cursor_that_we_did_not_make_is_refused(owner: httpx.AsyncClient) -> None:
    for cursor in ("x", "MQ", "MS4x"):
        assert (await owner.get("/api/v1/keys", params={"cursor": cursor})).status_code == 422


async def asked(application: Application, key: str, peer: str | None, **headers: str) -> tuple[int, str]:
    """The status of a decision that is asked for from an address, and what was wrong."""
    app = create_app(application)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        told = await client.post("/api/v1/decide", json={}, headers=bearer(key, **headers))
        return told.status_code, told.json().get("type", "")


async def test_a_key_is_refused_from_another_address_whatever_the_request_says_of_itself(
    application: Application, namespace: Namespace
) -> None:
    networks = read_networks(["203.0.113.0/24"])
    key = (await application.administration.create(namespace, WantedKey(Role.SERVICE, networks=networks))).text
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    barred = (403, "urn:tessella:address-not-allowed")
    assert await asked(application, key, "203.0.113.7") == (200, "")
    assert await asked(application, key, "10.0.0.1") == barred
    assert await asked(application, key, "10.0.0.1", **forwarded) == barred
    application.settings = application.settings.model_copy(update={"trusted_proxies": "10.0.0.0/8"})
    assert await asked(application, key, "10.0.0.1", **forwarded) == (200, "")
    assert await asked(application, key, "198.51.100.1", **forwarded) == barred
    assert await asked(application, key, "10.0.0.1", **{"X-Forwarded-For": "203.0.113.7, 192.0.2.9"}) == barred


#: OpenFeature's errors have another form.
REPLAYED = (401, "urn:tessella:replayed"), (401, "")


class Signing:
    """A client that signs."""

    def __init__(self, client: httpx.AsyncClient, key: CreatedKey) -> None:
        self.client, self.key = client, key

    def headers(self, method: str, target: str, body: bytes, **changed: str) -> dict[str, str]:
        at, nonce = int(time.time()), secrets.token_hex(16)
        made = signature(self.key.signing_secret or "", method, target.encode(), at, nonce, body)
        sent = {"timestamp": str(at), "nonce": nonce, "signature": f"v1={made.hex()}"} | changed
        return bearer(self.key.text, **{f"Tessella-{name.title()}": value for name, value in sent.items()})

    async def send(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        told = await self.client.request(method, target, content=body, headers=headers)
        return told.status_code, (told.json().get("type", "") if told.content else "")


@pytest.fixture
async def signing(application: Application, namespace: Namespace, admin: httpx.AsyncClient) -> Signing:
    wanted = WantedKey(Role.SUPERADMIN, is_signed=True)
    return Signing(admin, await application.administration.create(namespace, wanted))


@pytest.mark.parametrize(("method", "target", "body", "status"), [
    ("POST", "/api/v1/decide", b'{"subject_id": "h1"}', 200),
    ("POST", "/api/v1/decide", b'{"explain": true}', 200),  # admitted twice, signed once
    ("POST", "/api/v1/decide/", b"{}", 200),
    ("GET", "/api/v1/jobs?limit=3", b"", 200),
    ("GET", "/api/v1/segments/a%20b?x=%20", b"", 404),
    ("POST", "/api/v1/keys", b'{"role": "client"}', 201),
    ("POST", "/ofrep/v1/evaluate/flags", b'{"context": {"targetingKey": "h1"}}', 200),
])  # fmt: skip
async def test_a_signed_request_is_answered_once(
    signing: Signing, method: str, target: str, body: bytes, status: int
) -> None:
    headers = signing.headers(method, target, body)
    assert (await signing.send(method, target, body, headers))[0] == status
    assert await signing.send(method, target, body, headers) in REPLAYED


async def test_a_request_that_was_changed_on_the_way_or_is_not_signed_does_nothing(
    signing: Signing, application: Application, namespace: Namespace
) -> None:
    body, target = b'{"role": "client"}', "/api/v1/keys"
    before = len(await application.administration.list_keys(namespace))
    good = signing.headers("POST", target, body)
    wrong = [
        (target, b'{"role": "admin"}', good), (f"{target}?a=1", body, good),
        (target, body, signing.headers("PUT", target, body)),
        (target, body, signing.headers("POST", target, body, nonce="0123456789abcdef")),
    ]  # fmt: skip
    for changed, sent, headers in wrong:
        assert await signing.send("POST", changed, sent, headers) == (401, "urn:tessella:wrong-signature")
    for headers in (bearer(signing.key.text), signing.headers("POST", target, body, signature="v2=1")):
        assert await signing.send("POST", target, body, headers) == (401, "urn:tessella:not-signed")
    at = int(time.time()) - 301
    late = signature(signing.key.signing_secret or "", "POST", target.encode(), at, "0123456789abcdef", body)
    headers = signing.headers(
        "POST", target, body, timestamp=str(at), nonce="0123456789abcdef", signature=f"v1={late.hex()}"
    )
    assert await signing.send("POST", target, body, headers) == (401, "urn:tessella:signed-at-another-time")
    assert len(await application.administration.list_keys(namespace)) == before


async def test_a_signed_body_is_not_compressed(signing: Signing) -> None:
    headers = signing.headers("POST", "/api/v1/decide", b"{}") | {"Content-Encoding": "gzip"}
    assert await signing.send("POST", "/api/v1/decide", b"{}", headers) == (401, "urn:tessella:not-signed")


async def test_a_bound_key_is_bound_in_the_header_of_openfeature_too(
    application: Application, namespace: Namespace, admin: httpx.AsyncClient
) -> None:
    wanted = WantedKey(Role.CLIENT, subject_id=SubjectId("h1"), networks=read_networks(["203.0.113.0/24"]))
    key = (await application.administration.create(namespace, wanted)).text
    admin.headers.pop("authorization")
    told = await admin.post("/ofrep/v1/evaluate/flags", json={"context": {}}, headers={"X-API-Key": key})
    assert told.status_code == 403
