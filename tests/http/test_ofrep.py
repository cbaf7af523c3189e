"""OpenFeature's remote evaluation: decisions as flags, spoken to by the client that everybody uses."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import uvicorn
import yaml
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import FlagNotFoundError, OpenFeatureError, TargetingKeyMissingError, TypeMismatchError

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.ranking.knobs import KNOBS
from tessella.http.app import create_app
from tests.database import until
from tests.http.conftest import MakeClient
from tests.http.definitions import created

pytestmark = pytest.mark.anyio

PROTOCOL = Path(__file__).parents[1] / "conformance" / "ofrep" / "openapi.yaml"
FLAGS = "/ofrep/v1/evaluate/flags"
RULE = {"eq": ["ctx.surface", "home"]}
HOME: dict[str, Any] = {"context": {"targetingKey": "h1", "surface": "home", "ctx": {"surface": "home"}}}
ELSEWHERE: dict[str, Any] = {"context": {"targetingKey": "h1"}}


@pytest.fixture
async def shop(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """A segment of those who are at home, with a profile."""
    await created(admin, "features", {"name": "ctx.surface", "type": "string", "source": "request"})
    await created(
        admin, "profiles", {"profile_id": "novel", "alpha": 1.0, "brand_cap": 3, "rule_exclude_purchased": True}
    )
    rules = [{"rule_id": "at-home", "expr": RULE}]
    await created(admin, "segments", {"segment_id": "home", "profile_id": "novel", "rules": rules})
    return admin


@pytest.fixture
async def address(application: Application) -> AsyncIterator[str]:
    """The service on a real socket, for a client that is not ours."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(application), lifespan="off", log_level="warning"))
        server.capture_signals = nullcontext  # type: ignore[method-assign]  # signals are for pytest
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started, "the server listens")
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


async def by_key(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(FLAGS, json=body)
    assert answer.status_code == 200, answer.text
    return {each["key"]: each for each in answer.json()["flags"]}


async def test_the_openfeature_client_reads_every_type(
    shop: httpx.AsyncClient, address: str, application: Application, namespace: Namespace
) -> None:
    key = await application.administration.create_key(namespace, Role.SERVICE)
    provider = OFREPProvider(address, headers_factory=lambda: {"Authorization": f"Bearer {key}"})
    by_own_header = OFREPProvider(address, headers_factory=lambda: {"X-API-Key": key})
    at_home = EvaluationContext("h1", {"ctx": {"surface": "home"}})

    def read() -> None:
        segment = provider.resolve_string_details("segment", "none", at_home)
        assert (segment.value, segment.variant, segment.reason) == ("home", "home", "TARGETING_MATCH")
        assert segment.flag_metadata["rule_id"] == "at-home"
        assert by_own_header.resolve_string_details("profile", "none", at_home).value == "novel"
        assert provider.resolve_float_details("profile.alpha", 0.0, at_home).value == 1.0
        assert provider.resolve_integer_details("profile.brand_cap", 0, at_home).value == 3
        assert provider.resolve_boolean_details("profile.rule_exclude_purchased", False, at_home).value is True
        assert provider.resolve_boolean_details("segment.home", False, at_home).value is True
        config = provider.resolve_object_details("config", {}, at_home).value
        assert set(config) == set(KNOBS)

    await asyncio.to_thread(read)


async def test_the_openfeature_client_falls_back_where_there_is_no_value(
    shop: httpx.AsyncClient, address: str, application: Application, namespace: Namespace
) -> None:
    key = await application.administration.create_key(namespace, Role.SERVICE)
    provider = OFREPProvider(address, headers_factory=lambda: {"Authorization": f"Bearer {key}"})
    at_home = EvaluationContext("h1", {"ctx": {"surface": "home"}})

    def read() -> None:
        with pytest.raises(TypeMismatchError):
            provider.resolve_integer_details("segment", 0, at_home)
        with pytest.raises(FlagNotFoundError, match=r'no flag "profile.alfa". Did you mean "profile.alpha"'):
            provider.resolve_float_details("profile.alfa", 0.0, at_home)
        with pytest.raises(TargetingKeyMissingError):
            provider.resolve_string_details("segment", "none", EvaluationContext(None, {"ctx": {}}))
        default = provider.resolve_string_details("profile", "mine", EvaluationContext("h1"))
        assert (default.value, default.variant, default.reason) == ("mine", "none", "STATIC")
        with pytest.raises(OpenFeatureError, match="unauthorized"):
            OFREPProvider(address).resolve_string_details("segment", "none", at_home)

    await asyncio.to_thread(read)


async def test_all_flags_come_from_one_recorded_decision(shop: httpx.AsyncClient) -> None:
    flags = await by_key(shop, HOME)
    assert set(flags) == {"segment", "profile", "config", "segment.home", *(f"profile.{name}" for name in KNOBS)}
    assert len({flag["metadata"]["decision_id"] for flag in flags.values()}) == 1
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", key) for key in flags)
    assert (flags["profile.alpha"]["reason"], flags["profile.alpha"]["variant"]) == ("TARGETING_MATCH", "novel")
    assert (flags["profile.beta"]["reason"], flags["profile.beta"]["variant"]) == ("STATIC", "built_in")


def conforms(schema: str) -> jsonschema_rs.Validator:
    """A validator for one schema of the protocol as it is published, but for `oneOf` that hold twice."""
    document = yaml.safe_load(PROTOCOL.read_text().replace("oneOf:", "anyOf:"))
    return jsonschema_rs.validator_for(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": f"#/components/schemas/{schema}",
            **document,
        }
    )


async def test_every_answer_is_as_the_protocol_describes_it(shop: httpx.AsyncClient) -> None:
    for body in (HOME, ELSEWHERE):
        conforms("bulkEvaluationSuccess").validate((await shop.post(FLAGS, json=body)).json())
        for key in ("segment", "profile", "config", "profile.alpha", "segment.home"):
            conforms("serverEvaluationSuccess").validate((await shop.post(f"{FLAGS}/{key}", json=body)).json())
    conforms("flagNotFound").validate((await shop.post(f"{FLAGS}/nothing", json=HOME)).json())
    conforms("evaluationFailure").validate((await shop.post(f"{FLAGS}/segment", content=b"{")).json())
    conforms("bulkEvaluationFailure").validate((await shop.post(FLAGS, json={"context": {}})).json())
    with pytest.raises(jsonschema_rs.ValidationError):
        conforms("bulkEvaluationSuccess").validate({"flags": [{"value": 1}]})


async def test_a_segment_is_on_when_it_is_the_chosen_one(shop: httpx.AsyncClient) -> None:
    chosen, other = (await by_key(shop, HOME))["segment.home"], (await by_key(shop, ELSEWHERE))["segment.home"]
    assert (chosen["value"], chosen["variant"], chosen["reason"]) == (True, "on", "TARGETING_MATCH")
    assert (other["value"], other["variant"], other["reason"]) == (False, "off", "STATIC")


async def test_flags_that_have_not_changed_are_not_sent_again(shop: httpx.AsyncClient) -> None:
    first = await shop.post(FLAGS, json=HOME)
    again = await shop.post(FLAGS, json=HOME, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await shop.post(FLAGS, json=ELSEWHERE, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert (await shop.put("/api/v1/profiles/novel", json={"alpha": 0.5})).status_code == 200
    changed = await shop.post(FLAGS, json=HOME, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "PARSE_ERROR"),
        (b"[]", "INVALID_CONTEXT"),
        (b"{}", "INVALID_CONTEXT"),
        (b'{"context": 7}', "INVALID_CONTEXT"),
        (b'{"context": {}}', "TARGETING_KEY_MISSING"),
        (b'{"context": {"targetingKey": 7}}', "INVALID_CONTEXT"),
    ],
)
async def test_a_request_that_makes_no_sense_gets_the_code_of_the_protocol(
    shop: httpx.AsyncClient, body: bytes, code: str
) -> None:
    for path in (FLAGS, f"{FLAGS}/segment"):
        answer = await shop.post(path, content=body)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, code), answer.text
        assert answer.json()["errorDetails"]


async def test_who_may_not_decide_is_refused(shop: httpx.AsyncClient, make_client: MakeClient) -> None:
    monitor, client = await make_client(Role.MONITOR), await make_client(Role.CLIENT)
    assert (await monitor.post(FLAGS, json=HOME)).status_code == 403
    assert (await client.post(FLAGS, json=HOME)).status_code == 403  # it acts for its own subject only
    nameless = await client.post(f"{FLAGS}/segment", json={"context": {"ctx": {"surface": "home"}}})
    assert (nameless.status_code, nameless.json()["value"]) == (200, "home")
    assert "rule_id" not in nameless.json()["metadata"]
    shop.headers["authorization"] = "Bearer tess_no"
    refused = await shop.post(FLAGS, json=HOME)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
