"""One corpus of hostile bodies over every route that takes one: a typed refusal each time, never a fault of ours."""

import httpx
import pytest
from fastapi import FastAPI

from faults.hostile import BODIES
from tessella.bootstrap import Application
from tessella.domain.identifiers import Role
from tessella.http.app import create_app
from tests.http.conftest import MakeClient
from tests.http.routes import operations

pytestmark = pytest.mark.anyio

#: One that there is.
FLAG = "segment"


async def test_every_route_refuses_every_hostile_body(application: Application, make_client: MakeClient) -> None:
    client = await make_client(Role.SUPERADMIN)
    taking = _bodies_taken(create_app(application))
    assert len(taking) >= 16
    for (method, path), is_required in taking.items():
        for name, body in BODIES.items():
            if name == "empty" and not is_required:
                continue
            answer = await client.request(method, path.replace("{key}", FLAG), content=body)
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
