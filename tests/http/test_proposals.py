"""`POST /api/v1/segments/propose`: a job whose result is proposals."""

import asyncio

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.storage.store import Storage
from tests.database import session_of
from tests.http.definitions import created
from tests.http.test_jobs import done
from tests.usecases.files import at

pytestmark = pytest.mark.anyio

CUT = at("2025-06-01T00:00:00")
ASKED = {"as_of": "2025-06-01", "horizon_days": 14, "min_support": 20, "save_drafts": True}


def bought(subject: int) -> list[Event]:
    """Those with three visits or more buy again."""
    days = [-number - 1 for number in range(subject % 6)] + ([3] if subject % 6 >= 3 else [])
    return [
        Event(f"{subject}:{day}", SubjectId(f"s{subject}"), "purchase", Instant(CUT + day * DAY_US)) for day in days
    ]


async def test_the_run_tells_the_groups_and_saves_drafts_of_them(
    admin: httpx.AsyncClient, application: Application, storage: Storage, namespace: Namespace
) -> None:
    await created(admin, "features", {"name": "user.visits", "type": "integer", "kind": {"kind": "count"}})
    await (await session_of(storage, namespace)).add_events(
        [each for subject in range(240) for each in bought(subject)]
    )
    asked = await admin.post("/api/v1/segments/propose", json=ASKED)
    assert (asked.status_code, asked.json()["job"]) == (202, "propose_segments")
    working = asyncio.create_task(application.worker().run(lambda: None))
    result = (await done(admin, asked.headers["location"]))["result"]
    working.cancel()
    await asyncio.wait([working])
    best = result["groups"][0]
    assert (result["remark"], result["subjects"], result["as_of"]) == ("found", 200, "2025-06-01T00:00:00+00:00")
    assert (best["behaviour"], best["rule"], best["support"]) == ("churn", {"lt": ["user.visits", 3]}, 80)
    drafts = (await admin.get("/api/v1/drafts")).json()["items"]
    assert sorted(draft["identifier"] for draft in drafts) == sorted(result["drafts"])
    assert (await admin.get("/api/v1/segments")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"horizon_days": 0}, "/horizon_days"),
        ({"min_support": 5}, "/min_support"),
        ({"as_of": "tomorrow"}, "/as_of"),
        ({"as_of": "9000-01-01"}, "/as_of"),
        ({"purchase_type": ""}, "/purchase_type"),
        ({"publish": True}, "/publish"),
    ],
)
async def test_a_search_that_makes_no_sense_is_refused_before_it_is_queued(
    admin: httpx.AsyncClient, body: dict[str, object], pointer: str
) -> None:
    refused = await admin.post("/api/v1/segments/propose", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await admin.get("/api/v1/jobs")).json()["items"] == []


async def test_without_a_body_the_usual_search_is_asked_for_once(admin: httpx.AsyncClient) -> None:
    runs = [(await admin.post("/api/v1/segments/propose")).json() for _ in range(2)]
    assert runs[0]["run_id"] == runs[1]["run_id"]
    assert runs[0]["inputs"] == {
        "horizon_days": 28, "purchase_type": "purchase", "category_field": "category", "min_support": 50,
        "save_drafts": False,
    }  # fmt: skip
