"""What a page has to show that it may use the cookie of a session."""

from pathlib import Path

import httpx
import pytest

from tessella.domain.identifiers import Role
from tessella.storage.store import Storage
from tests.http.sessions import SESSION, begin, browser, refused

pytestmark = pytest.mark.anyio

RULE = {"expr": "request.total > 1"}


async def test_whatever_is_no_mere_reading_needs_the_token_of_the_session(client: httpx.AsyncClient, key: str) -> None:
    token = (await begin(client, key))["csrf_token"]
    asked = [
        ("POST", "/api/v1/decide", {}),  # past the framework
        ("POST", "/api/v1/rules/validate", RULE),  # it changes nothing
        ("POST", "/api/v1/profiles", {"profile_id": "p1"}),
        ("DELETE", "/api/v1/profiles/p1", None),
        ("POST", "/ofrep/v1/evaluate/flags", {"context": {"targetingKey": "h1"}}),
    ]
    for method, path, body in asked:
        for sent in (None, "", token[:-1], token + "x", "é"):
            headers = {} if sent is None else {"X-CSRF-Token": sent.encode("latin-1")}
            answer = await client.request(method, path, json=body, headers=headers)
            assert answer.status_code == 403, (path, sent, answer.text)
            assert "csrf" in answer.text.lower(), path
        answer = await client.request(method, path, json=body, headers={"X-CSRF-Token": token})
        assert answer.status_code < 300, (path, answer.text)


async def test_reading_needs_no_token(client: httpx.AsyncClient, key: str) -> None:
    await begin(client, key)
    for method, status in (("GET", 200), ("HEAD", 405), ("OPTIONS", 405)):
        assert (await client.request(method, "/api/v1/segments")).status_code == status, method


async def test_a_page_of_another_site_can_do_nothing_with_the_cookie(client: httpx.AsyncClient, key: str) -> None:
    token = (await begin(client, key))["csrf_token"]
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "?"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://test:8080"},
        {"Origin": "http://["},
    ):
        for answer in (
            await client.post("/api/v1/decide", json={}, headers=headers | {"X-CSRF-Token": token}),
            await client.post(SESSION, json={"credential": key}, headers=headers),
            await client.delete(SESSION, headers=headers),
        ):
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:tessella:foreign-page"), headers
            assert "set-cookie" not in answer.headers
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://test"}):
        ours = headers | {"X-CSRF-Token": token}
        assert (await client.post("/api/v1/decide", json={}, headers=ours)).status_code == 200, headers


async def test_a_page_that_may_call_with_a_key_may_not_with_the_cookie(
    storage: Storage, tmp_path: Path, key: str
) -> None:
    shop = "https://shop.example.com"
    async with browser(storage, tmp_path, cors_origins=shop) as client:
        token = (await begin(client, key))["csrf_token"]
        foreign = {"Origin": shop, "Sec-Fetch-Site": "cross-site"}
        for answer in (
            await client.get("/api/v1/segments", headers=foreign),
            await client.options(SESSION, headers=foreign | {"Access-Control-Request-Method": "POST"}),
            await client.post("/api/v1/decide", json={}, headers=foreign | {"X-CSRF-Token": token}),
        ):
            assert "access-control-allow-credentials" not in answer.headers
            assert "x-csrf-token" not in answer.headers.get("access-control-allow-headers", "")
        assert answer.status_code == 403


async def test_a_key_in_the_header_counts_and_not_the_cookie(
    client: httpx.AsyncClient, storage, namespace, key
) -> None:
    await begin(client, key)
    monitor = await storage.administration.create_key(namespace, Role.MONITOR)
    for credential, status in ((monitor, 403), ("tess_no", 401), (key, 200)):
        headers = {"Authorization": f"Bearer {credential}"}
        assert (await client.get("/api/v1/segments", headers=headers)).status_code == status
    header = {"Authorization": f"Bearer {key}", "Sec-Fetch-Site": "cross-site"}
    assert (await client.post("/api/v1/decide", json={}, headers=header)).status_code == 200


async def test_two_tabs_share_a_session_until_one_signs_in_anew(client: httpx.AsyncClient, key: str) -> None:
    first = (await begin(client, key))["csrf_token"]
    assert (await client.get(SESSION)).json()["csrf_token"] == first
    second = (await begin(client, key))["csrf_token"]
    answer = await client.post("/api/v1/decide", json={}, headers={"X-CSRF-Token": first})
    assert "GET /api/v1/session" in refused(answer, 403, "wrong-csrf-token")
    assert (await client.get(SESSION)).json()["csrf_token"] == second != first


async def test_a_session_counts_to_the_quota_of_its_key(storage: Storage, tmp_path: Path, key: str) -> None:
    settings = {"requests_per_second_per_key": 0.01, "rate_limit_burst_seconds": 300}
    async with browser(storage, tmp_path, **settings) as client:
        await begin(client, key)
        assert (await client.get("/api/v1/segments")).status_code == 200
        header = {"Authorization": f"Bearer {key}"}
        assert (await client.get("/api/v1/segments", headers=header)).status_code == 200
        assert (await client.get("/api/v1/segments")).status_code == 429
