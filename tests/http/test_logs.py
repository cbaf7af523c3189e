"""What the log says of requests, and what it never says."""

import ast
import json
import logging
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from tessella.bootstrap import Application
from tessella.domain.decisions import Reason
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.http.credentials import Credentials
from tessella.http.rule_errors import RuleErrorLog
from tessella.logs import ALLOWED, log_to_stderr
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.http.routes import operations

pytestmark = pytest.mark.anyio

Lines = Callable[[], list[dict[str, Any]]]
CANARIES = ("canary@example.com", "tess_canary.0123456789ab." + "C" * 43, "eyJhbGciOiJub25lIn0.canary.x")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
SOURCES = Path(__file__).parents[2] / "src"


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """The lines since the last time."""
    handlers, level = logging.root.handlers[:], logging.root.level
    log_to_stderr("info")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
async def client(
    storage: Storage, namespace: Namespace, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator's, of an application that logs what the test asks for, everything if it does not."""
    settings = Settings(home=tmp_path / "home", access_log=getattr(request, "param", "all"))
    application = Application(settings, storage)
    key = await application.administration.create_key(namespace, Role.ADMIN)
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        yield client


async def test_a_request_is_one_line_of_names_and_numbers(client, logged, namespace):
    await client.post("/api/v1/decide", json={"subject_id": "ann"})
    (line,) = logged()
    assert line.pop("milliseconds") > 0
    assert re.fullmatch(r"[0-9a-f]{20}", line.pop("request_id"))
    assert line.pop("time").endswith("Z")
    assert line == {
        "event": "request", "level": "info", "method": "POST", "route": "/api/v1/decide", "status": 200,
        "namespace": namespace, "role": "admin",
    }  # fmt: skip


async def test_a_line_names_the_route_and_not_the_path(client, logged):
    await client.get("/api/v1/segments/ann@example.com?email=ann@example.com")
    (line,) = logged()
    assert (line["route"], line["status"]) == ("/api/v1/segments/{segment_id}", 404)


@pytest.mark.parametrize("client", ["off", "errors"], indirect=True)
async def test_a_request_that_went_well_needs_no_line(client, logged):
    assert (await client.post("/api/v1/decide", json={})).status_code == 200
    assert (await client.get("/api/v1/segments/nobodys")).status_code == 404
    assert logged() == []


@pytest.mark.parametrize("client", ["errors"], indirect=True)
@pytest.mark.parametrize("path", ["/api/v1/decide", "/api/v1/rules/validate"])
async def test_a_fault_of_ours_is_logged_with_its_place_and_without_its_text(client, logged, path, monkeypatch):
    async def fail(*_: object) -> None:
        raise LookupError("ann@example.com")

    monkeypatch.setattr(Credentials, "caller", fail)
    answer = await client.post(path, json={})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    lines = logged()
    assert [line["route"] for line in lines if line["event"] == "request"] == [path]
    assert {line["request_id"] for line in lines} == {answer.headers["x-request-id"]}
    assert "ann@example.com" not in json.dumps(lines)


@pytest.mark.parametrize("path", ["/api/v1/decide", "/api/v1/rules/validate", "/health/live", "/nowhere"])
async def test_every_answer_has_the_callers_request_id_or_a_new_one(client, logged, path):
    given = await client.post(path, json={}, headers={"X-Request-Id": "order-4711.a_b"})
    assert given.headers["x-request-id"] == "order-4711.a_b"
    assert {line["request_id"] for line in logged()} == {"order-4711.a_b"}
    made = {(await client.post(path, json={})).headers["x-request-id"] for _ in range(3)}
    assert len(made) == 3


@pytest.mark.parametrize(
    "unfit",
    [
        "short",
        "ann@example.com",
        "x" * 65,
        "tess_demo.0123",
        "tses_0123",
        "tlnk_0123",
        "eyJhbGciOiJub25lIn0",
        "a b c d e",
    ],
)
async def test_an_id_that_is_no_plain_word_is_replaced(client, logged, unfit):
    answer = await client.post("/api/v1/decide", json={}, headers={"X-Request-Id": unfit})
    assert re.fullmatch(r"[0-9a-f]{20}", answer.headers["x-request-id"])


async def test_a_problem_carries_the_id_of_its_request(client):
    answer = await client.post("/api/v1/decide", content=b"{", headers={"X-Request-Id": "order-4711"})
    assert answer.json()["request_id"] == "order-4711"


def test_a_key_that_is_not_on_the_list_is_written_without_its_value(logged):
    structlog.get_logger().warning("strange", email="ann@example.com", reason='"ann@example.com" is no number')
    (line,) = logged()
    assert (line["email"], line["reason"]) == ("(not logged)", "... is no number")


def test_lines_of_libraries_go_the_same_way(logged):
    logging.getLogger("psycopg").warning("error ignored terminating %r: %s", "pipeline", "the error that is raised")
    logging.getLogger("psycopg.pool").warning("discarding closed connection: %s", "a connection")
    try:
        raise ValueError("ann@example.com")
    except ValueError:
        logging.getLogger("psycopg").exception("could not store 'ann@example.com'")
    (line,) = logged()
    assert (line["logger"], line["reason"], line["error"]) == ("psycopg", "could not store ...", "builtins.ValueError")
    assert line["where"][-1].endswith("test_lines_of_libraries_go_the_same_way")


def test_every_key_that_we_log_is_on_the_list():
    """Add it to `ALLOWED` when its values can be nobody's data."""
    known = ALLOWED | {"reason", "problem", "exc_info"}
    assert {key for path in SOURCES.rglob("*.py") for key in _logged_keys(path)} <= known


def _logged_keys(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id in {"_LOG", "log"} and node.func.attr in LEVELS:
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)


def test_a_failing_rule_is_logged_once_a_minute_with_its_cause_and_no_value(logged, monkeypatch):
    text = "Rule r of segment s failed while it was evaluated: TypeError: 'ann@example.com'. The default applies."
    reason = Reason("rule_error", text, {"segment_id": "s", "rule_id": "r"})
    log = RuleErrorLog()
    for _ in range(1000):
        log.note(Namespace("shop"), reason)
    log.note(Namespace("other"), reason)
    lines = logged()
    assert [(each["namespace"], each["segment_id"], each["rule_id"], each["cause"]) for each in lines] == [
        ("shop", "s", "r", "TypeError"),
        ("other", "s", "r", "TypeError"),
    ]


async def test_no_canary_gets_from_a_request_into_the_log_or_the_metrics(client, application, logged):
    """Emails, keys and tokens in every field of every route: path, query, headers and body."""
    document = create_app(application).openapi()
    for method, path in sorted(operations(create_app(application))):
        for canary in CANARIES:
            described = document["paths"].get(path, {}).get(method.lower(), {})
            content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
            body = filled(content.get("schema", {}), document["components"]["schemas"], canary)
            for headers in ({}, {"Authorization": f"Bearer {canary}"}):
                await client.request(
                    method,
                    re.sub(r"\{\w+\}", canary, path),
                    params={"cursor": canary, "q": canary, canary: "1"},
                    json=body,
                    headers={
                        "X-Request-Id": canary,
                        "X-Email": canary,
                        "Cookie": f"tessella_session={canary}",
                        "If-Match": f'"{canary}"',
                        **headers,
                    },
                )
                await client.request(method, re.sub(r"\{\w+\}", canary, path), content=canary.encode() + b"{")
    lines = json.dumps(logged())
    metrics = (await client.get("/metrics")).text
    assert '"route": "/api/v1/events"' in lines
    for canary in (*CANARIES, "canary"):
        assert canary not in lines
        assert canary not in metrics


def filled(schema: dict[str, Any], schemas: dict[str, Any], text: str, depth: int = 0) -> Any:
    """A value after the schema, with the text wherever one may stand."""
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    schema = schema["anyOf"][0] if "anyOf" in schema else schema
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    within = [schemas, text, depth + 1]
    if depth > 8:
        return text
    if kind == "object":
        return {name: filled(each, *within) for name, each in schema.get("properties", {}).items()} or {text: text}
    if kind == "array":
        return [filled(schema.get("items", {}), *within)]
    return {"integer": 1, "number": 1, "boolean": True}.get(kind, text)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Only some systems have a file that is always full.")
def test_a_line_that_cannot_be_written_is_lost_and_ends_nothing():
    code = """
import structlog, tessella.logs
tessella.logs.log_to_stderr("info")
structlog.get_logger().error("write_lost")
print("alive")
"""

    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=full, check=False)

    assert ended.stdout == b"alive\n"


def test_a_program_that_says_nothing_of_log_lines_reads_warnings_only_and_one_that_does_keeps_its_way() -> None:
    said = "from tessella.logs import get_logger; log = get_logger('t'); log.info('a_step'); log.warning('a_fault')"
    own = "import structlog; structlog.configure(processors=[structlog.processors.JSONRenderer()]); "
    for before, expected in (("", "a_fault"), (own, "a_step")):
        ran = subprocess.run([sys.executable, "-c", before + said], capture_output=True, text=True, check=True)
        assert (expected in ran.stdout, "a_step" in ran.stdout) == (True, before == own)
