"""A browser's session: how it begins and ends, what its cookie is, and who may use it."""

import time
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from tessella.access import MATRIX, Extent
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import WantedKey
from tessella.domain.identity.sign_ins import SECOND_US
from tessella.http.session_cookie import COOKIE
from tessella.ports.clock import present
from tessella.storage.store import Storage
from tests.database import Dsns, storage_with
from tests.http.sessions import SESSION, begin, browser, refused
from tests.tokens import AUDIENCE, ISSUER, SECRET, claims, hmac_signer

pytestmark = pytest.mark.anyio

TOKENS = {"jwt_issuer": ISSUER, "jwt_audience": AUDIENCE, "jwt_secret": SECRET}


async def test_a_key_begins_a_session_that_reads_without_the_key(
    client: httpx.AsyncClient, key: str, namespace
) -> None:
    assert (await client.get("/api/v1/segments")).status_code == 401
    told = await begin(client, key)
    assert (told["namespace"], told["role"], told["subject_id"]) == (namespace, "admin", None)
    assert key not in str(client.cookies)
    assert (await client.get("/api/v1/segments")).status_code == 200
    assert (await client.get(SESSION)).json() == told
    assert told["operations"] == {
        name: MATRIX.may(Role.ADMIN, name)
        for name in MATRIX.operations
        if MATRIX.may(Role.ADMIN, name) is not Extent.NONE
    }


async def test_each_role_has_its_operations_and_no_other(client: httpx.AsyncClient, storage, namespace) -> None:
    for role in Role:
        told = await begin(client, await storage.administration.create_key(namespace, role))
        for name in MATRIX.operations:
            assert told["operations"].get(name, "none") == MATRIX.may(role, name), (role, name)
        may = MATRIX.may(role, "segments.read") is not Extent.NONE
        assert (await client.get("/api/v1/segments")).status_code == (200 if may else 403), role


async def test_a_bound_key_acts_for_its_subject(client: httpx.AsyncClient, storage, namespace) -> None:
    made = await storage.administration.create(namespace, WantedKey(Role.READER, "", SubjectId("h1")))
    told = await begin(client, made.text)
    assert (told["role"], told["subject_id"]) == ("reader", "h1")


@pytest.mark.parametrize(
    ("base", "settings", "headers", "is_secure"),
    [
        ("http://test", {}, {}, False),
        ("https://test", {}, {}, True),
        ("http://test", {"trusted_proxies": "127.0.0.0/8"}, {"X-Forwarded-Proto": "https"}, True),
        ("http://test", {"trusted_proxies": "127.0.0.0/8"}, {"X-Forwarded-Proto": "http"}, False),
        ("http://test", {"trusted_proxies": "10.0.0.0/8"}, {"X-Forwarded-Proto": "https"}, False),
    ],
)
async def test_no_page_reads_the_cookie_and_none_of_another_site_sends_it(
    storage: Storage, tmp_path: Path, key: str, base, settings, headers, is_secure
) -> None:
    async with browser(storage, tmp_path, base, **settings) as client:
        for answer, seconds in (
            (await client.post(SESSION, json={"credential": key}, headers=headers), "43200"),
            (await client.delete(SESSION, headers=headers), "0"),
        ):
            (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
            told = {name: cookie[name] for name in ("httponly", "samesite", "path", "max-age", "domain")}
            assert told == {"httponly": True, "samesite": "strict", "path": "/", "max-age": seconds, "domain": ""}
            assert (cookie.key, bool(cookie["secure"])) == (COOKIE, is_secure)


async def test_without_a_cookie_there_is_no_session(client: httpx.AsyncClient, key: str) -> None:
    refused(await client.get(SESSION), 401, "no-session")
    refused(await client.get(SESSION, headers={"Authorization": f"Bearer {key}"}), 401, "no-session")


async def test_who_signs_out_is_out(client: httpx.AsyncClient, key: str) -> None:
    await begin(client, key)
    assert (await client.delete(SESSION)).status_code == 204
    assert not client.cookies
    refused(await client.get(SESSION), 401, "no-session")
    assert (await client.delete(SESSION)).status_code == 204


def spoilt(cookie: str) -> dict[str, str]:
    middle = len(cookie) // 2
    return {
        "empty behind its name": cookie[:5],
        "cut": cookie[:-3],
        "cut to its first bytes": cookie[:20],
        "altered": cookie[:middle] + ("A" if cookie[middle] != "A" else "B") + cookie[middle + 1 :],
        "nothing of ours": "hello",
        "no text": "é" * 40,
        "its inside only": cookie[5:],
    }


async def test_a_cookie_that_is_not_as_it_was_made_is_no_session(client: httpx.AsyncClient, key: str) -> None:
    await begin(client, key)
    for what, text in spoilt(client.cookies[COOKIE]).items():
        headers = {"Cookie": f"{COOKIE}={text}".encode("latin-1")}
        client.cookies.clear()
        for path in (SESSION, "/api/v1/segments"):
            hint = refused(await client.get(path, headers=headers), 401, "session-unknown")
            assert "Sign in again" in hint, what


async def test_a_session_ends_by_itself(client: httpx.AsyncClient, storage: Storage, key: str) -> None:
    now = present()
    cookie, _ = storage.sign_ins.begin(key, Instant(now - 2), Instant(now - 1))
    for path in (SESSION, "/api/v1/segments"):
        answer = await client.get(path, headers={"Cookie": f"{COOKIE}={cookie}"})
        assert "Sign in again" in refused(answer, 401, "session-ended")


async def test_a_host_with_the_same_encryption_key_knows_the_session_also_while_the_key_is_replaced(
    storage: Storage, database: Dsns, tmp_path: Path, namespace: Namespace
) -> None:
    old, new = "o" * 32, "n" * 32
    kept = {"key_pepper": "p" * 32}
    async with storage_with(database.app, tmp_path / "one", namespace, **kept, encryption_key=old) as one:
        key = await one.administration.create_key(namespace, Role.ADMIN)
        cookie, _ = one.sign_ins.begin(key, present(), Instant(present() + 60_000_000))
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    renewed = {"encryption_key": new, "encryption_key_before": old}
    two = storage_with(database.app, tmp_path / "two", **kept, **renewed)
    async with two as there, browser(there, tmp_path) as client:
        assert (await client.get(SESSION, headers=headers)).status_code == 200
    async with browser(storage, tmp_path) as client:  # another installation: its own keys
        refused(await client.get(SESSION, headers=headers), 401, "session-unknown")


async def test_a_key_that_is_taken_back_ends_its_sessions(client: httpx.AsyncClient, storage, namespace, key) -> None:
    await begin(client, key)
    await storage.administration.revoke_key(namespace, key.split(".")[1])
    refused(await client.get(SESSION), 401, "invalid-key")
    refused(await client.get("/api/v1/segments"), 401, "invalid-key")


async def test_a_session_lasts_no_longer_than_its_token(storage: Storage, tmp_path: Path, namespace: Namespace) -> None:
    said = claims(time.time(), namespace=namespace, role="admin", exp=int(time.time()) + 100)
    token = hmac_signer().token(said)
    async with browser(storage, tmp_path, **TOKENS) as client:
        answer = await client.post(SESSION, json={"credential": token})
        (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
        assert 90 <= int(cookie["max-age"]) <= 100
        assert datetime.fromisoformat(answer.json()["expires_at"]).timestamp() == said["exp"]
        assert (await client.get("/api/v1/segments")).status_code == 200


async def test_a_token_is_proved_again_with_each_request(
    storage: Storage, tmp_path: Path, namespace: Namespace
) -> None:
    over = hmac_signer().token(claims(time.time() - 700, namespace=namespace, role="admin"))
    late = hmac_signer().token(claims(time.time() - 603, namespace=namespace, role="admin"))
    cookie, _ = storage.sign_ins.begin(over, present(), Instant(present() + 60 * SECOND_US))
    async with browser(storage, tmp_path, **TOKENS) as client:
        refused(await client.get(SESSION, headers={"Cookie": f"{COOKIE}={cookie}"}), 401, "invalid-token")
        for token in (over, late):  # the second one is accepted for its leeway only
            refused(await client.post(SESSION, json={"credential": token}), 401, "invalid-token")


async def test_what_is_no_credential_begins_no_session(client: httpx.AsyncClient, key: str) -> None:
    for text in ("tess_no", "hello", key[:-1], f"{key}x", "ключ", "a b\r\nc", "eyJhbGciOiJub25lIn0.e30."):
        answer = await client.post(SESSION, json={"credential": text})
        assert (answer.status_code, "set-cookie" in answer.headers) == (401, False), text
        assert text not in answer.text
    for body in ({}, {"credential": key, "link": "x"}, {"credential": None}, {"key": key}, {"credential": ""}):
        assert (await client.post(SESSION, json=body)).status_code == 422, body
    assert (await client.post(SESSION, json={"credential": f" {key}\n"})).status_code == 200


async def test_a_token_that_fits_in_no_cookie_is_refused_and_the_longest_fits(
    storage: Storage, tmp_path: Path, namespace: Namespace
) -> None:
    def token(length: int) -> str:
        said = claims(time.time(), namespace=namespace, role="admin")
        least = len(hmac_signer().token(said | {"more": ""}))
        return hmac_signer().token(said | {"more": "x" * ((length - least) * 3 // 4)})

    async with browser(storage, tmp_path, **TOKENS) as client:
        refused(await client.post(SESSION, json={"credential": token(2_910)}), 422, "credential-too-long")
        await begin(client, token(2_895))
        assert len(client.cookies[COOKIE]) < 4_000
        assert (await client.get("/api/v1/segments")).status_code == 200


async def test_a_key_whose_requests_are_signed_begins_no_session(client: httpx.AsyncClient, storage, namespace) -> None:
    made = await storage.administration.create(namespace, WantedKey(Role.ADMIN, is_signed=True))
    answer = await client.post(SESSION, json={"credential": made.text})
    assert "without --signed" in refused(answer, 403, "key-wants-signatures")


async def test_a_key_of_other_networks_begins_no_session(client: httpx.AsyncClient, storage, namespace) -> None:
    made = await storage.administration.create(namespace, WantedKey(Role.ADMIN, networks=read_networks(["10.0.0.0/8"])))
    refused(await client.post(SESSION, json={"credential": made.text}), 403, "address-not-allowed")
