"""Without its database the server goes on deciding, and says that it cannot write."""

from pathlib import Path

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.settings import Settings
from tests.churn_model import declare_inputs, serve_churn
from tests.database import Dsns, link_to, session_of, storage_with
from tests.http.definitions import add_vip, define_vip
from tests.http.served import served_over_link
from tests.usecases.audiences import know

pytestmark = pytest.mark.anyio


async def test_decisions_go_on_and_writes_are_503(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    async with (
        link_to(database.app, tmp_path) as link,
        storage_with(link.dsn, home, namespace) as storage,
    ):
        application = Application(Settings(home=home), storage)
        key = await application.administration.create_key(namespace, Role.ADMIN)
        transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            await define_vip(client)
            await add_vip(client)
            await client.post("/api/v1/decide", json={"subject_id": "h1"})
            await link.cut()
            while (await client.get("/health")).json()["database_is_up"]:
                await client.post("/api/v1/decide", json={"subject_id": "h1"})

            decided = await client.post("/api/v1/decide", json={"subject_id": "h1"})
            event = {"event_id": "e", "subject_id": "h1", "event_type": "buy", "occurred_at": "2026-01-01"}
            writes = [
                await client.put("/api/v1/profiles/novelty", json={"alpha": 1}),
                await client.post("/api/v1/events", json=[event]),
            ]
            ready = await client.get("/health/ready")

    assert (decided.status_code, decided.json()["segment_id"]) == (200, "vip")
    assert "stale" in [reason["code"] for reason in decided.json()["reasons"]]
    for refused in writes:
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.headers["content-type"] == "application/problem+json"
    assert ready.status_code == 200


async def test_a_customer_is_still_predicted_while_segments_and_trainings_are_503(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    path, churn = "/api/loyalty/v1/{}/ml/predict/", {"type": "churn"}
    async with served_over_link(database, namespace, tmp_path) as served:
        client, session = served.client, await session_of(served.storage, namespace)
        await define_vip(client)
        await declare_inputs(session)
        await serve_churn(session)
        await know(session, {"h1": {"recency_days": 95.0, "tier": "tin"}})
        before = (await client.post(path.format("customers/h1"), json=churn)).json()
        await served.link.cut()
        while (await client.get("/health")).json()["database_is_up"]:
            await client.post("/api/v1/decide", json={"subject_id": "h1"})
        after = (await client.post(path.format("customers/h1"), json=churn)).json()
        refused = [
            await client.post(path.format("segments/vip"), json=churn),
            await client.post(path.format("segments/vip"), json={**churn, "async": True}),
            await client.get("/api/loyalty/v1/segments/vip/ml/stats/"),
            await client.post("/api/v1/models/churn/train", json={}),
        ]
    assert before["churn"]["risk"] == "high"
    assert after == {**before, "stale": True}
    assert [(each.status_code, each.headers["retry-after"]) for each in refused] == [(503, "1")] * 4
