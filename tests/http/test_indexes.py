"""The ranking index over HTTP: built by a job, told of by version, and watched."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.ports.indexes import IndexState
from tests.database import Dsns, session_of
from tests.http.conftest import MakeClient
from tests.http.served import served_over_link
from tests.http.test_jobs import done
from tests.http.test_metrics import read
from tests.storage.test_indexes import build

pytestmark = pytest.mark.anyio

PATH = "/api/v1/ranking/indexes"
NOWHERE = "0190a000-0000-7000-8000-000000000000"


async def test_an_index_is_built_apart_from_the_request_and_listed(
    admin: httpx.AsyncClient, application: Application
) -> None:
    await admin.post("/api/v1/items", json=[{"item_id": "a"}, {"item_id": "b"}])
    asked = await admin.post(PATH, json={"as_of": "2026-01-01"})
    assert (asked.status_code, asked.json()["job"]) == (202, "build_index")
    assert (await admin.get(PATH)).json() == {"items": []}
    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(admin, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    assert (run["state"], run["progress"]) == ("succeeded", 1)
    (listed,) = (await admin.get(PATH)).json()["items"]
    assert listed["version"] == run["result"]["version"]
    assert (listed["state"], listed["as_of"]) == (IndexState.ACTIVE, "2026-01-01T00:00:00+00:00")
    assert listed["counts"] == {"items": 2, "events": 0, "unknown_items": 0, "other_dimensions": 0}
    assert (listed["settings"]["half_lives_days"], listed["settings"]["co_vis_windows_days"]) == ([30.0], [90])
    assert (await admin.get(f"{PATH}/{listed['version']}")).json() == listed


async def test_asking_again_while_a_build_is_queued_gives_the_same_run(admin: httpx.AsyncClient) -> None:
    asked = [(await admin.post(PATH, **body)).json() for body in ({}, {"json": {}})]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("version", [NOWHERE, "newest", "..%2F.."])
async def test_a_version_that_is_not_kept_is_said_to_be_missing(admin: httpx.AsyncClient, version: str) -> None:
    assert (await admin.get(f"{PATH}/{version}")).status_code == 404


@pytest.mark.parametrize("body", [{"as_of": "yesterday"}, {"as_of": 5}, {"as-of": "2026-01-01"}, []])
async def test_a_body_that_makes_no_sense_is_refused(admin: httpx.AsyncClient, body: object) -> None:
    assert (await admin.post(PATH, json=body)).status_code == 422


async def test_who_decides_for_others_does_not_build(make_client: MakeClient) -> None:
    service = await make_client(Role.SERVICE)
    assert {(await service.get(PATH)).status_code, (await service.post(PATH)).status_code} == {403}


async def test_health_and_metrics_tell_of_the_index_that_is_served_and_of_one_that_cannot_be(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with served_over_link(database, namespace, tmp_path) as served:
        old = await build(served.storage, namespace)
        await (await session_of(served.storage, namespace)).index()
        told = (await served.client.get("/health")).json()["indexes"][namespace]
        assert (told["version"], told["items"], told["failure"]) == (old.version, 2, "")
        new = await build(served.storage, namespace)
        manifest = tmp_path / "home" / "indexes" / namespace / new.version / "manifest.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "items": 3}))
    async with served_over_link(database, namespace, tmp_path) as served:
        await (await session_of(served.storage, namespace)).index()
        told = (await served.client.get("/health")).json()["indexes"][namespace]
        assert (told["version"], told["items"]) == (old.version, 2)
        assert (
            told["failure"] == f"The ranking index {new.version} is not whole: manifest.json is not as it was written."
        )
        ready = (await served.client.get("/health/ready")).json()
        assert (ready["status"], ready["reasons"]) == (
            "degraded", [f'The active ranking index of namespace "{namespace}" is not served: {told["failure"]}'],
        )  # fmt: skip
        samples = read((await served.client.get("/metrics")).text)
        assert samples["tessella_index_failed", namespace] == 1
        assert samples["tessella_index_items", namespace] == 2
