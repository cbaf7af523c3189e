"""Who may do what over HTTP: every route of the document is called with every role, and answers as the matrix says."""

import json

import httpx
import pytest

from tessella.access import MATRIX, Extent
from tessella.access.routes import OPEN, guards
from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tests.http.conftest import MakeClient
from tests.http.definitions import created
from tests.http.routes import Called, calls
from tools.reference.http import openapi

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def routes() -> list[Called]:
    return list(calls(json.loads(openapi())))


async def test_every_route_has_one_line_and_every_line_a_route(routes: list[Called]) -> None:
    assert {each.route for each in routes} == set(guards())


@pytest.mark.parametrize("role", Role)
async def test_the_routes_let_in_whom_the_matrix_lets_in(
    make_client: MakeClient, routes: list[Called], role: Role
) -> None:
    client = await make_client(role)
    for each in routes:
        operation = guards()[each.route]
        answer = await client.request(each.method, each.path, params=each.query, content=each.broken_body)
        # The flags' protocol has errors of a form of its own.
        barred = answer.status_code == 403 and ("role-denied" in answer.text or "may not do this" in answer.text)
        wanted = operation != OPEN and MATRIX.may(role, operation) is Extent.NONE
        assert barred is wanted, f"{role} {each.route}: {answer.status_code} {answer.text[:200]}"


async def test_a_refusal_names_the_roles_that_may(make_client: MakeClient) -> None:
    (fault,) = (await (await make_client(Role.SERVICE)).get("/api/v1/audit")).json()["errors"]
    assert fault["hint"] == "Use a key with one of these roles: admin, superadmin."


#: Of those that need no credential in a header: whoever begins a session sends one in the body.
ANSWERED = {"POST /api/v1/session": 400, "DELETE /api/v1/session": 204}


async def test_without_a_valid_key_nothing_but_health_is_answered(
    admin: httpx.AsyncClient, routes: list[Called]
) -> None:
    for headers in ({}, {"Authorization": "Bearer tess_no"}, {"Authorization": "Basic YTpi"}):
        admin.headers.pop("authorization", None)
        for each in routes:
            answer = await admin.request(each.method, each.path, params=each.query, headers=headers)
            if guards()[each.route] == OPEN:
                assert answer.status_code == ANSWERED.get(each.route, 200), each
            else:
                challenge = answer.headers.get("www-authenticate")
                assert (answer.status_code, challenge) == (401, "Bearer"), (each, answer.text)
        assert (await admin.get("/health/live", headers=headers)).json() == {"status": "alive"}


async def test_one_namespace_does_not_see_another(
    application: Application, admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    await created(admin, "profiles", {"profile_id": "mine"})
    other = await application.administration.create_key(Namespace(f"{namespace}-other"), Role.SUPERADMIN)
    headers = {"Authorization": f"Bearer {other}"}
    assert (await admin.get("/api/v1/profiles/mine", headers=headers)).status_code == 404
    assert (await admin.get("/api/v1/profiles", headers=headers)).json()["items"] == []
    await created(admin, "segments", {"segment_id": "s"})
    assert (await admin.delete("/api/v1/segments/s", headers=headers)).status_code == 404
    assert (await admin.get("/api/v1/segments/s")).status_code == 200


async def test_metrics_are_open_on_loopback_only_where_that_is_set(
    application: Application, namespace: Namespace, admin: httpx.AsyncClient
) -> None:
    await admin.post("/api/v1/decide", json={})
    text = (await admin.get("/metrics")).text
    assert f'tessella_decisions_total{{namespace="{namespace}",segment_id="default"}} 1.0' in text
    assert "tessella_decision_seconds_count 1.0" in text

    application.settings = application.settings.model_copy(update={"metrics_open_on_loopback": True})
    app = create_app(application)
    for address, status in (("127.0.0.1", 200), ("10.0.0.9", 401)):
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            assert (await client.get("/metrics")).status_code == status
