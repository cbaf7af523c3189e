"""Consistency over HTTP: a check is a job, and where it finds no agreement every place says so until the next."""

import asyncio

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace
from tessella.storage.store import Storage
from tessella.warehouse.duckdb import DuckDBWorker
from tests.database import Dsns, eventually, session_of
from tests.http.definitions import created
from tests.http.test_audiences import calculated, know, rules
from tests.http.test_jobs import done
from tests.usecases.test_check_consistency import altered

pytestmark = pytest.mark.anyio

PATH = "/api/v1/audiences/consistency"


@pytest.fixture
async def shop(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    await created(admin, "features", {"name": "tier", "type": "string"})
    await created(admin, "segments", {"segment_id": "vip", "rules": rules({"eq": ["tier", "VIP"]})})
    await know(admin, {"a": "VIP", "b": "gold"})
    return admin


async def checked(client: httpx.AsyncClient, application: Application, **body: object) -> dict[str, object]:
    asked = await client.post(PATH, json=body)
    assert (asked.status_code, asked.json()["job"]) == (202, "check_consistency")
    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(client, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    assert (run["state"], run["progress"]) == ("succeeded", 1), run
    return run["result"]


async def told(client: httpx.AsyncClient, namespace: Namespace) -> tuple[float, float, list[str]]:
    """What metrics say was compared and disagreed, and what readiness warns of. It is ready all the same."""
    families = text_string_to_metric_families((await client.get("/metrics")).text)
    samples = [sample for family in families for sample in family.samples]
    found = {each.name: each.value for each in samples if each.labels == {"namespace": namespace}}
    ready = await client.get("/health/ready")
    assert ready.status_code == 200
    warnings = [each for each in ready.json()["reasons"] if f'"{namespace}"' in each]
    figures = (found.get(f"tessella_consistency_{name}", -1.0) for name in ("compared", "disagreed"))
    return (*figures, warnings)


async def test_what_a_check_finds_is_told_by_report_metric_readiness_and_alert_until_the_next_good_one(
    shop: httpx.AsyncClient, application: Application, storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    await calculated(shop, application)
    with DuckDBWorker(memory_limit="200MB", threads=1) as duckdb:
        session = await session_of(storage, namespace)
        await altered(session, database, duckdb, "w0 = 1 - w0 WHERE subject_id = 'b'")
    result = await checked(shop, application, subjects=10, seed=3)
    assert (result["sampled"], result["compared"], result["disagreed"]) == (2, 2, 1)
    [report] = (await shop.get(PATH)).json()["items"]
    assert (report["check_id"], report["seed"]) == (result["check_id"], 3)
    [rule] = report["rules"]
    assert (rule["segment_id"], rule["rule_id"], rule["features"]) == ("vip", "r", ["tier"])
    assert "b" not in [each["subject"] for each in rule["examples"]]

    async def warned() -> bool:
        compared, disagreed, warnings = await told(shop, namespace)
        return (compared, disagreed, len(warnings)) == (2, 1, 1)

    await eventually(warned, "metrics and readiness tell of it")
    alerts = (await shop.get("/api/v1/alerts", params={"state": "open"})).json()["items"]
    assert [each["rule"] for each in alerts] == ["audience_disagrees"]
    await calculated(shop, application, kind="full")
    assert (await checked(shop, application))["disagreed"] == 0

    async def is_well() -> bool:
        return await told(shop, namespace) == (2, 0, [])

    await eventually(is_well, "nothing tells of it any more")
    assert (await shop.get("/api/v1/alerts", params={"state": "open"})).json()["items"] == []


async def test_a_check_of_nothing_fails_by_name(shop: httpx.AsyncClient, application: Application) -> None:
    asked = await shop.post(PATH)
    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(shop, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    assert (run["state"], run["error"]["type"]) == ("failed", "urn:tessella:nothing-calculated")


async def test_a_sample_that_is_none_is_refused_with_where_it_says_so(shop: httpx.AsyncClient) -> None:
    refused = await shop.post(PATH, json={"subjects": 0})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/subjects"
