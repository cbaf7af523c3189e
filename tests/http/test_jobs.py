"""Long work over HTTP: asked for, watched, tried again, cancelled."""

import asyncio
from functools import partial

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.errors import UnknownFeature
from tessella.domain.identifiers import Json, Namespace, Role
from tessella.jobs.order import Order
from tessella.jobs.turn import Turns
from tessella.jobs.worker import Worker
from tessella.ports.jobs import RunLine
from tessella.storage.jobs.queue import queue_connector
from tessella.storage.store import Storage
from tests.database import eventually

pytestmark = pytest.mark.anyio

NOWHERE = "0190a000-0000-7000-8000-000000000000"


async def _fail(_: Order) -> Json:
    raise UnknownFeature("/rules/0", "user.teir", "user.tier")


async def done(admin: httpx.AsyncClient, location: str) -> dict[str, Json]:
    async def is_over() -> bool:
        return (await admin.get(location)).json()["state"] in ("succeeded", "failed")

    await eventually(is_over, "the run is over")
    return dict((await admin.get(location)).json())


async def test_work_is_asked_for_and_its_run_tells_what_came_of_it(
    admin: httpx.AsyncClient, application: Application
) -> None:
    asked = await admin.post("/api/v1/features/compute", json={"as_of": "2026-01-01"})
    assert asked.status_code == 202
    run = asked.json()
    assert asked.headers["location"] == f"/api/v1/jobs/{run['run_id']}"
    assert (run["job"], run["state"], run["progress"], run["started_at"]) == ("compute_features", "queued", 0, None)
    assert run["inputs"] == {"as_of": "2026-01-01T00:00:00+00:00"}
    verifying = await admin.post("/api/v1/audit/verify")
    assert verifying.status_code == 202
    working = asyncio.create_task(application.worker().run(lambda: None))
    computed = await done(admin, asked.headers["location"])
    assert computed["result"] == {"features": [], "as_of": "2026-01-01T00:00:00+00:00", "changed": 0}
    assert (computed["error"], computed["attempts"], computed["progress"]) == (None, 1, 1)
    verified = await done(admin, verifying.headers["location"])
    assert verified["result"]["holds"] is True
    working.cancel()
    await asyncio.wait([working])


async def test_asking_again_while_it_is_queued_gives_the_same_run(admin: httpx.AsyncClient) -> None:
    asked = [(await admin.post("/api/v1/features/compute", **body)).json() for body in ({}, {"json": {}})]
    assert asked[0] == asked[1]
    assert [run["run_id"] for run in (await admin.get("/api/v1/jobs")).json()["items"]] == [asked[0]["run_id"]]


async def test_runs_are_listed_a_page_at_a_time_and_by_job_and_state(admin: httpx.AsyncClient) -> None:
    moments = [f"2026-01-0{day}" for day in range(1, 6)]
    runs = [(await admin.post("/api/v1/features/compute", json={"as_of": each})).json()["run_id"] for each in moments]
    await admin.post("/api/v1/audit/verify")
    await admin.post(f"/api/v1/jobs/{runs[0]}/cancel")
    first = (await admin.get("/api/v1/jobs?job=compute_features&limit=2")).json()
    assert [run["run_id"] for run in first["items"]] == [runs[4], runs[3]]
    rest = (await admin.get(f"/api/v1/jobs?job=compute_features&cursor={first['next_cursor']}")).json()
    assert [run["run_id"] for run in rest["items"]] == [runs[2], runs[1], runs[0]]
    assert rest["next_cursor"] is None
    cancelled = (await admin.get("/api/v1/jobs?state=cancelled")).json()["items"]
    assert [run["run_id"] for run in cancelled] == [runs[0]]


@pytest.mark.parametrize("query", ["state=gone", "job=nothing", "cursor=%27", "limit=0"])
async def test_a_query_that_makes_no_sense_is_pointed_at(admin: httpx.AsyncClient, query: str) -> None:
    answer = await admin.get(f"/api/v1/jobs?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/query/{query.partition('=')[0]}"


async def test_a_failed_run_shows_its_problem_and_can_be_tried_again(
    admin: httpx.AsyncClient, application: Application, storage: Storage
) -> None:
    location = (await admin.post("/api/v1/features/compute")).headers["location"]
    too_early = await admin.post(f"{location}/retry")
    assert (too_early.status_code, too_early.json()["type"]) == (409, "urn:tessella:run-not-failed")
    failing = Turns(storage.ledger, application, {"compute_features": _fail})
    working = asyncio.create_task(Worker(partial(queue_connector, storage.dsn), failing).run(lambda: None))
    failed = await done(admin, location)
    working.cancel()
    await asyncio.wait([working])
    assert failed["error"]["type"] == "urn:tessella:unknown-feature"
    assert failed["error"]["errors"][0]["pointer"] == "/rules/0"
    again = await admin.post(f"{location}/retry")
    assert (again.status_code, again.headers["location"], again.json()["state"]) == (202, location, "queued")
    assert (await admin.post(f"{location}/cancel")).json()["state"] == "cancelled"
    assert (await admin.post(f"{location}/cancel")).status_code == 409


async def test_the_log_of_a_run_is_told_while_it_goes_on(admin: httpx.AsyncClient, storage: Storage) -> None:
    location = (await admin.post("/api/v1/features/compute")).headers["location"]
    assert (await admin.get(f"{location}/log")).json() == {"items": []}
    turn = await storage.ledger.begin(location.rpartition("/")[2], "worker")
    assert turn is not None
    await storage.ledger.pulse(turn, 0.5, [RunLine("2026-01-01T00:00:00Z", "info", "events_read", {"count": 3})])
    line = {"at": "2026-01-01T00:00:00Z", "level": "info", "event": "events_read", "details": {"count": 3}}
    assert (await admin.get(f"{location}/log")).json() == {"items": [line]}


async def test_anothers_run_answers_as_one_that_does_not_exist(
    admin: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    run_id = (await admin.post("/api/v1/audit/verify")).json()["run_id"]
    key = await application.administration.create_key(Namespace(f"{namespace}-other"), Role.SUPERADMIN)
    admin.headers["authorization"] = f"Bearer {key}"
    for method, path in (("GET", ""), ("GET", "/log"), ("POST", "/retry"), ("POST", "/cancel")):
        theirs, nowhere, nonsense = [
            await admin.request(method, f"/api/v1/jobs/{each}{path}") for each in (run_id, NOWHERE, "%00")
        ]
        assert theirs.status_code == nowhere.status_code == nonsense.status_code == 404
        assert theirs.json()["detail"] == nowhere.json()["detail"].replace(NOWHERE, run_id)


@pytest.mark.parametrize("body", [b'{"as_of": "soon"}', b'{"asof": "2026-01-01"}', b"[]"])
async def test_a_body_that_makes_no_sense_is_refused_and_nothing_is_begun(
    admin: httpx.AsyncClient, body: bytes
) -> None:
    assert (await admin.post("/api/v1/features/compute", content=body)).status_code == 422
    assert (await admin.get("/api/v1/jobs")).json()["items"] == []
