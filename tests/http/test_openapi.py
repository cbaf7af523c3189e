"""The document and the router say the same, and what the document allows never breaks the server."""

import json
import re

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tests.http.conftest import MakeClient
from tests.http.routes import operations
from tests.http.theirs import CANARY

UNDOCUMENTED = {"/", "/app", "/app/{path}", "/openapi.json", "/docs", "/docs/page.js", "/docs/page.css"}


@pytest.mark.anyio
async def test_the_document_lists_exactly_what_the_router_answers(application: Application) -> None:
    app = create_app(application)
    documented = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    routed = {(method, path) for method, path in operations(app) if method != "HEAD" and path not in UNDOCUMENTED}
    assert documented == routed


@pytest.mark.anyio
async def test_every_reference_of_the_document_leads_somewhere(application: Application) -> None:
    document = create_app(application).openapi()
    referred = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert referred <= set(document["components"]["schemas"])
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.anyio
async def test_every_operation_is_summed_up_in_a_few_words_that_its_description_begins_with(
    application: Application,
) -> None:
    paths = create_app(application).openapi()["paths"]
    told = [operation for methods in paths.values() for operation in methods.values()]
    assert [each["summary"] for each in told if not re.fullmatch(r"[A-Z][a-z]+ [^.:;]{3,80}", each["summary"])] == []
    assert [each["summary"] for each in told if not each["description"].startswith(each["summary"])] == []
    assert [each["summary"] for each in told if each["summary"].istitle()] == []


@pytest.mark.anyio
async def test_every_knob_is_described_with_its_range(application: Application) -> None:
    knobs = create_app(application).openapi()["components"]["schemas"]["Profile"]["properties"]
    assert (knobs["mmr_lambda"]["minimum"], knobs["mmr_lambda"]["maximum"]) == (0.0, 1.0)
    assert knobs["diversity"]["properties"]["mmr_lambda"] == knobs["mmr_lambda"]


@pytest.mark.anyio
async def test_the_bare_address_leads_to_the_admin_app(admin: httpx.AsyncClient) -> None:
    bare = await admin.get("/")
    assert (bare.status_code, bare.headers["location"]) == (307, "/app/")


@pytest.mark.anyio
async def test_the_documentation_page_needs_nothing_from_elsewhere(admin: httpx.AsyncClient) -> None:
    page = await admin.get("/docs")
    assert page.status_code == 200
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert asset.startswith("/")
        assert (await admin.get(asset)).status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.anyio
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("many", [60, pytest.param(2000, marks=pytest.mark.long)])
async def test_generated_requests_never_break_the_server_nor_tell_of_another_namespace(
    application: Application, make_client: MakeClient, role: Role, theirs: Namespace, many: int
) -> None:
    client = await make_client(role)
    document = create_app(application).openapi()
    cases = _generated(schemathesis.openapi.from_dict(document), many)
    assert len({case.operation.label for case in cases}) >= 15
    for case in cases:
        sent = case.as_transport_kwargs(base_url="http://test")
        sent = {name: sent[name] for name in ("method", "url", "params", "json", "data") if sent.get(name) is not None}
        answer = await client.request(**sent)
        assert answer.status_code < 500, f"{sent} gave {answer.text}"
        documented = document["paths"][case.operation.path][case.method.lower()]["responses"]
        assert str(answer.status_code) in documented or answer.status_code >= 400, f"{sent} gave {answer.status_code}"
        assert CANARY not in answer.text, sent


def _generated(schema: schemathesis.BaseSchema, many: int) -> list[schemathesis.Case]:
    cases: list[schemathesis.Case] = []

    @settings(max_examples=many, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(st.one_of(*(each.ok().as_strategy() for each in schema.get_all_operations())))
    def collect(case: schemathesis.Case) -> None:
        cases.append(case)

    collect()
    return cases
