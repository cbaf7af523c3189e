"""What cannot be accepted is refused with a problem that says what and where, and nothing is stored."""

from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Role
from tests.http.conftest import MakeClient
from tests.http.definitions import FEATURES, created, define_vip, segment

pytestmark = pytest.mark.anyio


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The body of a problem with that status."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "detail", "errors", "request_id"}
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["status"] == status
    return body


async def refused(client: httpx.AsyncClient, body: Any, pointer: str, status: int = 422) -> dict[str, Any]:
    """The fault for a segment that is refused and not stored."""
    before = (await client.get("/api/v1/segments")).json()
    sent = {"content": body} if isinstance(body, bytes) else {"json": body}
    found = problem(await client.post("/api/v1/segments", **sent), status)
    assert (await client.get("/api/v1/segments")).json() == before
    faults = [each for each in found["errors"] if each["pointer"] == pointer]
    assert faults, found
    fault: dict[str, Any] = faults[0]
    return fault


def with_expr(text: bytes) -> bytes:
    return b'{"segment_id": "s", "rules": [{"rule_id": "r", "expr": ' + text + b"}]}"


async def test_an_empty_body_is_told_what_to_send(admin: httpx.AsyncClient) -> None:
    fault = problem(await admin.post("/api/v1/plan"), 400)["errors"][0]
    assert fault["message"] == "The body is not JSON: it is empty."
    assert fault["hint"] == "Send {} where no field is needed."


async def test_a_rule_10000_levels_deep_is_too_deep(admin: httpx.AsyncClient) -> None:
    deep = b'{"not":' * 10_000 + b'{"exists":"ctx.region"}' + b"}" * 10_000
    assert "too deep" in (await refused(admin, with_expr(deep), ""))["message"]


async def test_a_rule_of_33_levels_is_too_deep_and_says_where(admin: httpx.AsyncClient) -> None:
    expr: Any = {"exists": "ctx.region"}
    for _ in range(32):
        expr = {"not": expr}
    body = segment("s", expr)
    fault = await refused(admin, body, "/rules/0/expr" + "/not" * 32)
    assert "32 levels" in fault["message"]


async def test_a_body_of_5_mb_is_too_large(admin: httpx.AsyncClient) -> None:
    await refused(admin, with_expr(b'{"exists": "' + b"x" * 5_000_000 + b'"}'), "", status=413)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
async def test_a_number_that_is_not_finite_is_pointed_at(admin: httpx.AsyncClient, number: bytes) -> None:
    fault = await refused(admin, with_expr(b'{"gt": ["user.ltv_eur", ' + number + b"]}"), "/rules/0/expr/gt/1")
    assert "finite" in fault["message"]


async def test_nul_in_a_text_is_pointed_at(admin: httpx.AsyncClient) -> None:
    fault = await refused(admin, with_expr(rb'{"eq": ["ctx.region", "F\u0000I"]}'), "/rules/0/expr/eq/1")
    assert "NUL" in fault["message"]


async def test_half_a_surrogate_pair_is_pointed_at(admin: httpx.AsyncClient) -> None:
    fault = await refused(admin, with_expr(rb'{"eq": ["ctx.region", "F\ud800I"]}'), "/rules/0/expr/eq/1")
    assert "surrogate" in fault["message"]


async def test_an_integer_beyond_64_bits_is_pointed_at(admin: httpx.AsyncClient) -> None:
    body = b'{"segment_id": "s", "priority": %d}' % 2**70
    assert "64 bits" in (await refused(admin, body, "/priority"))["message"]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$"])
async def test_a_regex_bomb_is_harmless(admin: httpx.AsyncClient, pattern: str) -> None:
    await created(admin, "segments", segment("bomb", {"matches": ["ctx.region", f"^{pattern}"]}))
    decided = await admin.post("/api/v1/decide", json={"context": {"ctx.region": "a" * 50_000 + "!"}})
    assert decided.json()["segment_id"] == "default"


async def test_a_pattern_that_re2_cannot_run_is_refused(admin: httpx.AsyncClient) -> None:
    await refused(admin, segment("s", {"matches": ["ctx.region", r"(a)\1"]}), "/rules/0/expr/matches/1")


async def test_an_unknown_field_is_named_with_its_nearest(admin: httpx.AsyncClient) -> None:
    fault = await refused(admin, {"segment_id": "s", "priorty": 1}, "/priorty")
    assert fault["hint"] == 'Did you mean "priority"?'


async def test_a_wrong_type_is_pointed_at(admin: httpx.AsyncClient) -> None:
    fault = await refused(admin, {"segment_id": "s", "priority": "high"}, "/priority")
    assert fault["message"] == "Expected a whole number, got text."


async def test_segments_that_read_each_other_in_a_circle_are_refused(admin: httpx.AsyncClient) -> None:
    await created(admin, "segments", segment("a", {"exists": "ctx.region"}))
    await created(admin, "segments", segment("b", {"in_segment": "a"}))
    circle = await admin.put("/api/v1/segments/a", json=segment("a", {"in_segment": "b"}))
    assert "circle" in problem(circle, 422)["detail"]
    assert (await admin.get("/api/v1/segments/a")).json()["rules"][0]["expr"] == {"exists": "ctx.region"}


async def test_a_segment_that_points_at_a_missing_profile_is_refused(admin: httpx.AsyncClient) -> None:
    await created(admin, "profiles", {"profile_id": "novelty"})
    body = segment("s", {"exists": "ctx.region"}, profile_id="noveltY")
    assert (await refused(admin, body, "/profile_id"))["hint"] == 'Did you mean "novelty"?'


async def test_a_knob_out_of_its_range_is_pointed_at(admin: httpx.AsyncClient) -> None:
    profile = {"profile_id": "p", "diversity": {"mmr_lambda": 1.5}, "brand_cap": 0.5}
    found = problem(await admin.post("/api/v1/profiles", json=profile), 422)
    assert {each["pointer"] for each in found["errors"]} == {"/diversity/mmr_lambda", "/brand_cap"}
    overrides = problem(await admin.post("/api/v1/decide", json={"overrides": {"alpha": -1}}), 422)
    assert overrides["errors"][0]["pointer"] == "/overrides/alpha"


async def test_a_client_cannot_become_vip_by_saying_so(make_client: MakeClient, admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    client = await make_client(Role.CLIENT)
    for context in ({"user": {"tier": "VIP"}}, {"user.tier": "VIP"}):
        found = problem(await client.post("/api/v1/decide", json={"context": context}), 403)
        assert "user.tier" in found["detail"]
    found = problem(await admin.post("/api/v1/decide", json={"context": {"user": {"tier": "VIP"}}}), 422)
    assert found["errors"][0]["pointer"] == "/context/user/tier"


async def test_a_rule_may_not_read_personal_data(admin: httpx.AsyncClient) -> None:
    await created(admin, "features", FEATURES[3])
    await refused(admin, segment("s", {"exists": "user.email"}), "/rules/0/expr/exists")


async def test_what_is_not_json_is_a_400(admin: httpx.AsyncClient) -> None:
    for body in (b"", b"{", b"\xff\xfe{}", b"{} x", b"\xef\xbb\xbf{}", b"{'a': 1}"):
        assert "not JSON" in problem(await admin.post("/api/v1/decide", content=body), 400)["detail"]


async def test_an_unknown_campaign_is_named(admin: httpx.AsyncClient) -> None:
    found = problem(await admin.post("/api/v1/decide", json={"campaign_id": "spring"}), 422)
    assert found["errors"][0]["pointer"] == "/campaign_id"


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(admin: httpx.AsyncClient) -> None:
    problem(await admin.get("/api/v1/nothing"), 404)
    found = await admin.get("/api/v1/decide")
    problem(found, 405)
    assert found.headers["allow"] == "POST"
