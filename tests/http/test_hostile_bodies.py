"""One corpus of hostile bodies over every route that takes one: a typed refusal each time, never a fault of ours."""

import httpx
import pytest
from fastapi import FastAPI

from tessella.bootstrap import Application
from tessella.http.app import create_app
from tests.http.routes import operations

pytestmark = pytest.mark.anyio

CORPUS = {
    "empty": b"",
    "not json": b"{'a': 1}",
    "torn": b'{"a": [1, 2',
    "not utf-8": b'{"a": "\xff\xfe"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "only openings": b"[" * 1_000_000,
    "nan": b'{"a": NaN}',
    "overflow": b'{"a": 1e400}',
    "70 bits": b'{"a": 1180591620717411303424}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "nul": rb'{"a\u0000": "\u0000"}',
    "surrogate": rb'{"a": "\udc00"}',
    "17 MiB": b'{"a": "' + b"x" * (17 << 20) + b'"}',
    "a million objects": b'{"requests": [' + b"{}," * 1_000_000 + b"{}]}",
    "a list": b"[]",
    "a list of lists": b"[[[]]]",
    "a text": b'"text"',
    "null": b"null",
    "unknown": b'{"no_such_field": 1}',
    "wrong types": b'{"context": 1, "events": {}, "facts": "x", "expr": [], "rules": 1, "requests": 0}',
    "prototype": b'{"__proto__": {"a": 1}, "__class__": "x"}',
    "quotes": b'{"\\"": "\\\\"}',
}

#: One that there is.
FLAG = "segment"


async def test_every_route_refuses_every_hostile_body(application: Application, admin: httpx.AsyncClient) -> None:
    taking = _bodies_taken(create_app(application))
    assert len(taking) >= 16
    for (method, path), is_required in taking.items():
        for name, body in CORPUS.items():
            if name == "empty" and not is_required:
                continue
            answer = await admin.request(method, path.replace("{key}", FLAG), content=body)
            where = f"{method} {path}: {name} gave {answer.status_code} {answer.text[:200]}"
            if answer.status_code == 200:
                assert path == "/api/v1/rules/validate", where
                assert answer.json()["valid"] is False, where
                continue
            assert answer.status_code in {400, 413, 422}, where
            assert _says_what_is_wrong(path, answer), where


def _bodies_taken(app: FastAPI) -> dict[tuple[str, str], bool]:
    """Method and path of each route that takes a body, and whether it has to have one."""
    described = app.openapi()["paths"]
    found = {(method, path): described.get(path, {}).get(method.lower(), {}) for method, path in operations(app)}
    return {each: told["requestBody"]["required"] for each, told in sorted(found.items()) if "requestBody" in told}


def _says_what_is_wrong(path: str, answer: httpx.Response) -> bool:
    told = answer.json()
    if path.startswith("/ofrep/"):  # whose protocol has a form of its own
        return bool(told["errorDetails"])
    return answer.headers["content-type"] == "application/problem+json" and bool(told["errors"])
