"""Training over HTTP: asked for, done by a worker, and shown."""

import asyncio

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace
from tessella.storage.store import Storage
from tests.database import session_of
from tests.http.definitions import created
from tests.http.test_jobs import done
from tests.sharing import everybody_shares
from tests.shoppers import CHURN, KINDS, bought_by, crowd

pytestmark = pytest.mark.anyio

TRAIN = "/api/v1/models/churn/train"


async def test_a_model_is_trained_apart_from_the_request_and_its_card_is_shown(
    admin: httpx.AsyncClient, application: Application, storage: Storage, namespace: Namespace
) -> None:
    for name, (type_, kind) in KINDS.items():
        await created(admin, "features", {"name": name, "type": type_, "kind": kind})
    await created(admin, "predictions", CHURN)
    session = await session_of(storage, namespace)
    await session.add_events(bought_by(crowd()))
    await everybody_shares(session)
    asked = await admin.post(TRAIN, json={"as_of": "2018-01-29T00:00:00Z"})
    assert (asked.status_code, asked.json()["job"]) == (202, "train_model")
    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(admin, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    assert run["state"] == "succeeded", run
    assert (run["result"]["version"], run["result"]["cut"]) == (1, "2018-01-22T00:00:00+00:00")
    told = (await admin.get("/api/v1/models/churn/card")).json()
    assert told["model"]["state"] == "active"
    assert told["card"]["quality"]["auc"] == run["result"]["quality"]["auc"]


async def test_what_cannot_be_trained_is_refused_at_once(admin: httpx.AsyncClient) -> None:
    assert (await admin.post("/api/v1/models/lapse/train")).status_code == 404
    refused = await admin.post(TRAIN, json={"as_of": "2999-01-01"})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/as_of"]
    refused = await admin.post(TRAIN, json={"source": "telco"})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/label"]
    assert (await admin.post(TRAIN, json={"sauce": "telco"})).status_code == refused.status_code


async def test_a_training_that_waits_is_not_begun_a_second_time(admin: httpx.AsyncClient) -> None:
    first, second = [await admin.post(TRAIN, json={}) for _ in range(2)]
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json()["run_id"] == first.json()["run_id"]
