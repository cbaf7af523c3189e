"""Clusters over HTTP: refused below 1,000 assignments, trained by a worker, and told by name."""

import asyncio
import random

import httpx
import pytest

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.identifiers import ExperimentId, Namespace, SubjectId
from tessella.storage.store import Storage
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tests.database import session_of
from tests.experiments import BANNER, banner
from tests.http.definitions import created
from tests.http.test_jobs import done
from tests.sharing import share

pytestmark = pytest.mark.anyio

CLUSTERING = f"/api/v1/segmentation/{BANNER}/clustering"
GROUPS = [{"utm_source": "instagram", "device": "mobile"}, {"utm_source": "google", "device": "desktop"}]


async def test_clusters_are_refused_with_the_counts_then_trained_apart_from_the_request_and_told(
    admin: httpx.AsyncClient, application: Application, storage: Storage, namespace: Namespace
) -> None:
    assert (await admin.get(f"/api/v1/segmentation/{BANNER}/clustering/status")).status_code == 404
    await created(admin, "experiments", banner(segmentation={"mode": "auto"}))
    refused = await admin.post(f"{CLUSTERING}/train")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:too-few-assignments")
    assert refused.json()["counts"] == {"assignments": 0, "needed": 1000}
    assert (await admin.get(f"{CLUSTERING}/status")).json() == {
        "status": "collecting", "trained_at": None, "stale": False, "assignments": 0, "needed": 1000,
        "clusters": [], "reason": "", "tried": [], "job_id": None,
    }  # fmt: skip

    session, luck = await session_of(storage, namespace), random.Random(1)
    for begin in range(0, 1000, 250):
        asked = [
            AllocationRequest(ExperimentId(BANNER), SubjectId(f"u{number}"), luck.choice(GROUPS))
            for number in range(begin, begin + 250)
        ]
        await asyncio.gather(*(usecases.allocate(session, each) for each in asked))
    await share(session, [f"u{number}" for number in range(1000)])
    begun = await admin.post(f"{CLUSTERING}/train")
    assert (begun.status_code, begun.json()["job"]) == (202, "train_clusters")
    waiting = (await admin.get(f"{CLUSTERING}/status")).json()
    assert (waiting["status"], waiting["job_id"]) == ("training", begun.json()["run_id"])

    working = asyncio.create_task(application.worker().run(lambda: None))
    run = await done(admin, begun.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    assert (run["state"], run["result"]["state"], run["result"]["reason"]) == ("succeeded", "active", "")
    told = (await admin.get(f"{CLUSTERING}/status")).json()
    assert (told["status"], told["stale"], told["assignments"]) == ("trained", False, 1000)
    assert {each["segment_key"] for each in told["clusters"]} == {"cluster:v1:0", "cluster:v1:1"}
    assert {each["name"] for each in told["clusters"]} == {"Instagram mobile users", "Google desktop users"}
    assert sum(each["units"] for each in told["clusters"]) == 1000
    assert (told["reason"], told["tried"][0]["count"], told["tried"][0]["saved"] > 0) == ("", 2, True)
