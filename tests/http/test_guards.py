"""What every answer has, which pages may ask, and how often a caller may."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.errors import Faults
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.http.app import create_app
from tessella.http.guards.buckets import Buckets, Quota
from tessella.http.guards.headers import ALWAYS
from tessella.http.guards.limits import Limits
from tessella.ports import Caller
from tessella.settings import Settings, read_settings
from tessella.storage.store import Storage
from tests.http.routes import calls

pytestmark = pytest.mark.anyio

SHOP = "https://shop.example.com"
ANN = SubjectId("ann")


@pytest.fixture
async def client(
    storage: Storage, namespace: Namespace, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator's, of an application with the settings of the test."""
    application = Application(Settings(home=tmp_path / "home", **getattr(request, "param", {})), storage)
    key = await application.administration.create_key(namespace, Role.ADMIN)
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client


def names(answer: httpx.Response) -> list[str]:
    return [name.decode().lower() for name, _ in answer.headers.raw]


async def test_every_answer_of_every_route_has_each_header_once(client, application):
    pages = ["/", "/app/", "/app/nothing", "/docs", "/docs/page.js", "/openapi.json", "/nowhere", "/metrics"]
    asked = [("GET", path, {}, None) for path in pages]
    asked += [
        (each.method, each.path, each.query, each.broken_body) for each in calls(create_app(application).openapi())
    ]
    asked += [("POST", "/api/v1/decide", {}, b"{}"), ("OPTIONS", "/api/v1/decide", {}, None)]
    for method, path, query, body in asked:
        answer = await client.request(method, path, params=query, content=body)
        for header in ("content-security-policy", *(name.decode() for name, _ in ALWAYS)):
            assert names(answer).count(header) == 1, (method, path, answer.status_code, header)
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, (method, path)
        assert "unsafe" not in policy, (method, path)
        is_sign_out = (method, path) == ("DELETE", "/api/v1/session")
        assert ("set-cookie" in answer.headers) is is_sign_out, (method, path)


async def test_an_answer_that_is_no_page_may_do_nothing_in_a_browser_and_is_not_kept(client):
    answer = await client.post("/api/v1/decide", json={})
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("client", [{"transport_security_days": 365}], indirect=True)
@pytest.mark.parametrize("path", ["/api/v1/decide", "/health/live"])
async def test_behind_tls_a_browser_is_told_to_come_by_tls_only(client, path):
    answer = await client.post(path, json={})
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


SENT = ("tess_canary.0123456789ab." + "C" * 43, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary", "Basic Y2FuYXJ5")


async def test_no_answer_repeats_the_credential_that_was_sent(client, application):
    for each in calls(create_app(application).openapi()):
        for credential in SENT:
            headers = {"Authorization": f"Bearer {credential}"}
            answer = await client.request(each.method, each.path, params=each.query, content=b"{", headers=headers)
            assert credential not in answer.text, each.route
            assert credential not in str(answer.headers), each.route


ALLOWED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.mark.parametrize("client", [{"cors_origins": f"{SHOP}, https://b.example"}], indirect=True)
async def test_a_page_of_a_listed_origin_may_ask_and_read(client):
    ahead = await client.options("/api/v1/decide", headers={"Origin": SHOP, **ALLOWED})
    assert ahead.status_code == 204
    assert ahead.headers["access-control-allow-origin"] == SHOP
    assert "authorization" in ahead.headers["access-control-allow-headers"]
    assert "POST" in ahead.headers["access-control-allow-methods"]
    for path in ("/api/v1/decide", "/api/v1/rules/validate", "/nowhere"):
        answer = await client.post(path, json={}, headers={"Origin": SHOP})
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert "origin" in answer.headers["vary"].lower()
        assert "ratelimit" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "client", [{"cors_origins": SHOP}, {"cors_origins": ""}], indirect=True, ids=["a list", "no list"]
)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{SHOP}.evil.example", "http://shop.example.com"])
async def test_a_page_of_any_other_origin_may_not(client, origin):
    ahead = await client.options("/api/v1/decide", headers={"Origin": origin, **ALLOWED})
    answer = await client.post("/api/v1/decide", json={}, headers={"Origin": origin})
    assert ahead.status_code == 405
    assert not {name for name in [*names(ahead), *names(answer)] if name.startswith("access-control-")}


@pytest.mark.parametrize(
    "text", ["*", "null", "shop.example.com", f"{SHOP}/", f"{SHOP}/path", "https://Shop.example.com"]
)
def test_what_is_no_origin_is_refused_by_name(monkeypatch, text):
    monkeypatch.setenv("TESSELLA_CORS_ORIGINS", text)
    with pytest.raises(Faults, match="TESSELLA_CORS_ORIGINS"):
        read_settings()


BURST = {"requests_per_second_per_key": 0.01, "rate_limit_burst_seconds": 300}


@pytest.mark.parametrize("client", [BURST], indirect=True)
async def test_a_caller_beyond_its_quota_is_refused_and_told_when_to_come_again(client):
    answers = [await client.post("/api/v1/decide", json={}) for _ in range(3)]
    answers.append(await client.get("/api/v1/segments"))
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["ratelimit"] for each in answers[:3]] == [
        '"key";r=2;t=100', '"key";r=1;t=200', '"key";r=0;t=300',
    ]  # fmt: skip
    refused = answers[3]
    assert {each.headers["ratelimit-policy"] for each in answers} == {'"key";q=3;w=300'}
    assert refused.json()["type"] == "urn:tessella:too-many-requests"
    assert refused.headers["retry-after"] == "100"


@pytest.mark.parametrize("client", [BURST], indirect=True)
async def test_a_request_that_is_admitted_twice_is_counted_once(client):
    answer = await client.post("/api/v1/decide", json={"explain": True})
    assert answer.headers["ratelimit"].startswith('"key";r=2;')


@pytest.mark.parametrize("client", [BURST | {"rate_limits": "shadow"}], indirect=True)
async def test_in_the_shadow_nobody_is_refused_and_everybody_is_counted(client, namespace):
    answers = [await client.post("/api/v1/decide", json={}) for _ in range(5)]
    assert {each.status_code for each in answers} == {200}
    assert "ratelimit" not in answers[-1].headers
    metrics = (await client.get("/metrics")).text  # the sixth request, and the third beyond
    assert f'tessella_beyond_quota_total{{namespace="{namespace}"}} 3.0' in metrics


async def test_a_key_without_a_subject_may_ask_as_often_as_it_likes(client):
    answers = [await client.post("/api/v1/decide", json={}) for _ in range(300)]
    assert {each.status_code for each in answers} == {200}
    assert "ratelimit" not in answers[-1].headers


def asked(limits: Limits, caller: Caller) -> bool:
    """Whether a request is within the quota."""
    from tessella.http.errors import TooManyRequests

    try:
        limits.take({}, caller)
    except TooManyRequests:
        return False
    return True


def test_one_subject_does_not_use_up_anothers_quota_nor_that_of_its_name_elsewhere():
    beyond: list[Namespace] = []
    limits = Limits(Settings(requests_per_second_per_subject=0.001, rate_limit_burst_seconds=1000), beyond.append)
    shop = Namespace("shop")
    ann = Caller(shop, Role.CLIENT, ANN)
    assert [asked(limits, ann) for _ in range(2)] == [True, False]
    assert asked(limits, Caller(shop, Role.CLIENT, SubjectId("ben")))
    assert asked(limits, Caller(Namespace("other"), Role.CLIENT, ANN))
    assert all(asked(limits, Caller(shop, Role.SERVICE)) for _ in range(100))
    assert beyond == [shop]


def test_quotas_that_are_off_look_at_nobody():
    beyond: list[Namespace] = []
    limits = Limits(Settings(requests_per_second_per_subject=0.001, rate_limits="off"), beyond.append)
    assert all(asked(limits, Caller(Namespace("shop"), Role.CLIENT, ANN)) for _ in range(100))
    assert beyond == []


def test_over_any_time_a_bucket_gives_what_it_held_and_what_flowed_in():
    buckets = Buckets(Quota("key", per_second=10, burst_seconds=3))
    given = [now for step in range(1000) if buckets.take("a", now := step * 0.05).is_within]
    assert len([now for now in given if now < 1]) == 20
    assert len(given) == pytest.approx(30 + 50 * 10, abs=1)


def test_buckets_in_memory_are_bounded_and_those_in_use_are_the_last_to_go():
    buckets = Buckets(Quota("key", per_second=1, burst_seconds=10), most=80)
    busy = [buckets.take("busy", now=0.0).remaining for _ in range(10)][-1]
    for other in range(10_000):
        buckets.take(other, now=0.0)
    assert busy == 0
    assert len(buckets) <= 80
    assert not buckets.take("busy", now=0.0).is_within
