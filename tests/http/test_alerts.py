"""`/api/v1/alerts` and the metric of those that are open."""

import httpx
import pytest

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import AUDIENCE_STALE
from tessella.domain.identifiers import Role
from tests.database import eventually, session_of

pytestmark = pytest.mark.anyio

PATH = "/api/v1/alerts"


@pytest.fixture
async def raised(storage, namespace):
    """Three alerts, the first of them resolved."""
    session = await session_of(storage, namespace)
    made = [await session.raise_alert(Raised(AUDIENCE_STALE, key, "The disk is full.")) for key in ("a", "b", "c")]
    await session.resolve_alert(AUDIENCE_STALE, "a")
    return [each.alert_id for each in made]


async def listed(client: httpx.AsyncClient, **params: str) -> list[str]:
    """The ids of all pages, each of one alert."""
    found, cursor = [], {}
    while True:
        page = (await client.get(PATH, params={"limit": "1", **params, **cursor})).json()
        found += [each["alert_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_alerts_are_listed_page_by_page_and_by_state(admin, raised):
    assert await listed(admin) == raised[::-1]
    assert await listed(admin, state="open") == raised[:0:-1]
    assert await listed(admin, state="resolved") == raised[:1]
    assert (await admin.get(PATH, params={"state": "gone"})).status_code == 422
    assert (await admin.get(PATH, params={"cursor": "gone"})).json()["errors"][0]["pointer"] == "/query/cursor"


async def test_an_alert_is_acknowledged_by_an_administrator_and_seen_by_a_monitor(admin, make_client, raised):
    monitor = await make_client(Role.MONITOR)
    assert (await monitor.post(f"{PATH}/{raised[1]}/acknowledge")).status_code == 403
    told = (await admin.post(f"{PATH}/{raised[1]}/acknowledge")).json()
    assert (told["state"], told["acknowledged_by"], told["detail"]) == ("acknowledged", "admin", "The disk is full.")
    assert await listed(monitor, state="acknowledged") == [raised[1]]


async def test_what_is_resolved_or_unknown_cannot_be_acknowledged(admin, raised):
    assert (await admin.post(f"{PATH}/{raised[0]}/acknowledge")).status_code == 409
    assert (await admin.post(f"{PATH}/nonsense/acknowledge")).status_code == 404


@pytest.mark.usefixtures("raised")
async def test_open_alerts_are_counted_by_namespace_and_rule(admin, namespace):
    async def is_told() -> bool:
        line = f'tessella_alerts_open{{namespace="{namespace}",rule="audience_stale"}} 2.0'
        return line in (await admin.get("/metrics")).text.splitlines()

    await eventually(is_told, "both are counted")
