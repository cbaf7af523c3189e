"""Who may do what over HTTP."""

import httpx
import pytest

from tessella.access import MATRIX, Extent
from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tests.http.conftest import MakeClient
from tests.http.definitions import created

pytestmark = pytest.mark.anyio

#: One request for each operation of the matrix that has a route. None of them needs to succeed otherwise.
REQUESTS = {
    "decide": ("POST", "/api/v1/decide"),
    "decide.batch": ("POST", "/api/v1/decide/batch"),
    "recommend": ("POST", "/api/v1/recommend"),
    "recommend.batch": ("POST", "/api/v1/recommend/batch"),
    "recommend.compare": ("POST", "/api/v1/recommend/compare"),
    "simulate": ("POST", "/api/v1/simulate"),
    "rules.validate": ("POST", "/api/v1/rules/validate"),
    "rules.dry_run": ("POST", "/api/v1/rules/dry-run"),
    "events.write": ("POST", "/api/v1/events"),
    "facts.write": ("POST", "/api/v1/facts"),
    "subjects.read": ("GET", "/api/v1/subjects/h1"),
    "audit.read": ("GET", "/api/v1/audit"),
    "drafts.read": ("GET", "/api/v1/drafts"),
    "drafts.write": ("DELETE", "/api/v1/drafts/segment/vip"),
    "plan": ("POST", "/api/v1/plan"),
    "publish": ("POST", "/api/v1/publish"),
    "versions.read": ("GET", "/api/v1/versions"),
    "rollback": ("POST", "/api/v1/rollback"),
    "metrics.read": ("GET", "/metrics"),
    "outcomes.read": ("GET", "/api/v1/ranking/outcomes"),
    "jobs.write": ("POST", "/api/v1/jobs/x/retry"),
    "jobs.read": ("GET", "/api/v1/jobs"),
    "audit.verify": ("POST", "/api/v1/audit/verify"),
    "features.compute": ("POST", "/api/v1/features/compute"),
    "segments.propose": ("POST", "/api/v1/segments/propose"),
    "segments.preview": ("POST", "/api/v1/segments/preview"),
    "segments.profile": ("GET", "/api/v1/segments/x/profile"),
    "segments.members": ("GET", "/api/v1/segments/x/members"),
    "segments.export": ("POST", "/api/v1/segments/x/exports"),
    "audiences.calculate": ("POST", "/api/v1/audiences"),
    "audiences.check": ("GET", "/api/v1/audiences/consistency"),
    "audiences.read": ("GET", "/api/v1/segments/counts"),
    "audiences.changes": ("GET", "/api/v1/segments/x/changes"),
    "loyalty.read": ("GET", "/api/loyalty/v1/segments"),
    "loyalty.predict": ("POST", "/api/loyalty/v1/segments/x/ml/predict"),
    "models.read": ("GET", "/api/v1/models"),
    "models.write": ("POST", "/api/v1/models/x/activate"),
    "models.watch": ("GET", "/api/v1/models/x/monitoring"),
    "alerts.read": ("GET", "/api/v1/alerts"),
    "alerts.acknowledge": ("POST", "/api/v1/alerts/x/acknowledge"),
    "webhooks.read": ("GET", "/api/v1/webhooks"),
    "webhooks.write": ("POST", "/api/v1/webhooks"),
    "taxonomy.read": ("GET", "/api/v1/segmentation/taxonomy"),
    "taxonomy.calibrate": ("POST", "/api/v1/segmentation/taxonomy/calibrate"),
    "taxonomy.categorize": ("POST", "/api/v1/segmentation/categorize"),
    "taxonomy.detect": ("POST", "/api/v1/segmentation/anomalies/detect"),
    "defaults.read": ("GET", "/api/v1/defaults"),
    "defaults.write": ("PUT", "/api/v1/defaults"),
    **{f"{kind}.read": ("GET", f"/api/v1/{kind}") for kind in ("features", "segments", "profiles", "campaigns")},
    **{f"{kind}.write": ("POST", f"/api/v1/{kind}") for kind in ("features", "segments", "profiles", "campaigns")},
}


@pytest.mark.parametrize("role", Role)
async def test_the_routes_let_in_whom_the_matrix_lets_in(make_client: MakeClient, role: Role) -> None:
    client = await make_client(role)
    for operation, (method, path) in REQUESTS.items():
        answer = await client.request(method, path, content=b"?" if method != "GET" else None)
        barred = answer.status_code == 403 and answer.json()["type"] == "urn:tessella:role-denied"
        assert barred is (MATRIX.may(role, operation) is Extent.NONE), f"{role} {operation}: {answer.text[:200]}"


async def test_a_refusal_names_the_roles_that_may(make_client: MakeClient) -> None:
    (fault,) = (await (await make_client(Role.SERVICE)).get("/api/v1/audit")).json()["errors"]
    assert fault["hint"] == "Use a key with one of these roles: admin, superadmin."


async def test_without_a_valid_key_nothing_but_health_is_answered(admin: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer tess_no"}, {"Authorization": "Basic YTpi"}):
        admin.headers.pop("authorization", None)
        for method, path in REQUESTS.values():
            answer = await admin.request(method, path, headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
        assert (await admin.get("/health/live", headers=headers)).json() == {"status": "alive"}


async def test_one_namespace_does_not_see_another(
    application: Application, admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    await created(admin, "profiles", {"profile_id": "mine"})
    other = await application.create_key(Namespace(f"{namespace}-other"), Role.SUPERADMIN)
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
