"""A game's migration from a legacy system over HTTP: answers in one form, steps, and a report."""

import json

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.taxonomy.rollout.strategy import System
from tessella.notify.legacy import Migrations
from tessella.ports import Caller
from tessella.settings import Settings
from tests.http.conftest import MakeClient
from tests.receivers import receiver
from tests.taxonomies_served import GAME, KNOWN, serve_planted

pytestmark = pytest.mark.anyio

ROLLOUT = f"/api/v1/segmentation/taxonomy/{GAME}/rollout"
ASKED = {"player_id": KNOWN, "game_id": GAME}
PROFILE = {"memberships": [{"axis_name": "engagement", "segment_name": "Old", "membership_strength": 0.7}]}
CALM = {"overall_score": 0.2, "is_anomalous": False}


@pytest.fixture
async def served(application: Application, namespace: Namespace) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await serve_planted(session)


@pytest.fixture
def reaching(application: Application) -> None:
    """An installation whose games may name systems on this machine."""
    application.migrations = Migrations(Settings(legacy_private_addresses=True))


async def names_legacy(admin: httpx.AsyncClient, url: str, strategy: str) -> None:
    body = (await admin.get(f"/api/v1/games/{GAME}")).json()
    body.pop("version", None)
    rollout = {"strategy": strategy, "legacy": {"url": url}}
    stored = await admin.put(f"/api/v1/games/{GAME}", json=body | {"rollout": rollout})
    assert stored.status_code == 200, stored.text


def web_answer() -> bytes:
    body = json.dumps(PROFILE | CALM).encode()
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


@pytest.mark.usefixtures("served", "reaching")
async def test_a_legacy_answer_has_our_form_with_null_for_what_it_does_not_tell(
    admin: httpx.AsyncClient,
) -> None:
    async with receiver(web_answer) as web:
        await names_legacy(admin, f"http://127.0.0.1:{web.port}", "parallel_only")
        told = (await admin.post("/api/v1/segmentation/categorize", json=ASKED)).json()
        forced = (await admin.post("/api/v1/segmentation/categorize", json=ASKED | {"force_unified": True})).json()
        found = (await admin.post("/api/v1/segmentation/anomalies/detect", json=ASKED)).json()
    assert (told["answered_by"], told["reason"]) == (System.LEGACY, "by the strategy parallel_only")
    [membership] = told["memberships"]
    assert (membership["segment_name"], membership["segment_id"]) == ("Old", None)
    assert set(membership) == set(forced["memberships"][0])
    assert forced["answered_by"] == System.UNIFIED
    assert (found["answered_by"], found["alerts"], found["overall_score"]) == ("legacy", False, 0.2)
    [difference, *_] = (await admin.get(f"{ROLLOUT}/differences")).json()["differences"]
    assert difference["answered_by"] == "legacy"
    assert KNOWN not in json.dumps(difference)


@pytest.mark.usefixtures("served")
async def test_a_migration_goes_on_step_by_step_and_back_in_one_call(admin: httpx.AsyncClient) -> None:
    assert (await admin.get(ROLLOUT)).json()["strategy"] == "full_rollout"
    told = (await admin.post(ROLLOUT, json={"strategy": "shadow_mode"})).json()
    assert (told["answered_share"], told["compared_share"]) == (0.0, 0.1)
    back = (await admin.post(f"{ROLLOUT}/rollback")).json()
    assert (back["strategy"], back["compared_share"]) == ("parallel_only", 1.0)
    assert back["snapshot_version"] > told["snapshot_version"]


@pytest.mark.usefixtures("served")
async def test_a_strategy_that_there_is_not_is_refused_where_it_stands(admin: httpx.AsyncClient) -> None:
    refused = await admin.post(ROLLOUT, json={"strategy": "half"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/strategy"


@pytest.mark.usefixtures("served", "reaching")
async def test_a_validation_tells_its_verdict_its_reasons_and_a_report(admin: httpx.AsyncClient) -> None:
    async with receiver(web_answer) as web:
        await names_legacy(admin, f"http://127.0.0.1:{web.port}", "parallel_only")
        told = (await admin.post(f"{ROLLOUT}/validate", json={"players": 40})).json()
    assert (told["holds"], told["players"], told["compared"]) == (False, 40, 40)
    assert told["mean_similarity"] < 0.9
    assert "mean similarity" in told["reasons"][0]
    assert "| Released by |" in told["report"]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("role", [Role.SERVICE, Role.MONITOR, Role.CLIENT, Role.READER])
async def test_only_administrators_move_a_migration(make_client: MakeClient, role: Role) -> None:
    client = await make_client(role)
    assert (await client.post(ROLLOUT, json={"strategy": "shadow_mode"})).status_code == 403
    assert (await client.post(f"{ROLLOUT}/rollback")).status_code == 403
