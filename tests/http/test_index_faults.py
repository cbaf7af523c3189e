"""Over HTTP: an index that is torn, of another form or half built changes no answer; nor do events about nothing."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace
from tessella.ports.indexes import IndexState
from tessella.storage.store import Storage
from tests.database import Dsns, session_of
from tests.domain.ranking.catalogues import NOW
from tests.http.served import served_over_link
from tests.http.test_jobs import done
from tests.rankings import publish_index, shop_index

pytestmark = pytest.mark.anyio

URL = "/api/v1/recommend"
INDEXES = "/api/v1/ranking/indexes"


class Fell(Exception):
    """A build ends in the middle of its work."""


def torn(folder: Path) -> str:
    (path,) = folder.glob("*-prices.npy")
    path.write_bytes(path.read_bytes()[:-8])
    return f"is not whole: {path.name} is not as it was written."


def of_another_form(folder: Path) -> str:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "form": 9}))
    return "has form 9; this Tessella reads form 1."


@pytest.mark.parametrize("spoil", [torn, of_another_form])
async def test_where_the_newest_index_is_torn_or_of_another_form_the_old_one_keeps_answering(
    database: Dsns, namespace: Namespace, tmp_path: Path, spoil: Callable[[Path], str]
) -> None:
    async with served_over_link(database, namespace, tmp_path) as served:
        session = await session_of(served.storage, namespace)
        old = await publish_index(session, shop_index())
        new = await publish_index(session, shop_index(cake=5.0))
        failure = spoil(tmp_path / "home" / "indexes" / namespace / new)
    async with served_over_link(database, namespace, tmp_path) as served:
        found = (await served.client.post(URL, json={"limit": 2})).json()
        assert (found["index_version"], [each["item_id"] for each in found["items"]]) == (old, ["tea", "milk"])
        told = (await served.client.get("/health")).json()["indexes"][namespace]["failure"]
        assert told == f"The ranking index {new} {failure}"


async def test_an_index_that_is_half_built_is_not_what_is_recommended_from_nor_what_is_left_of_one_that_fell(
    admin: httpx.AsyncClient, storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    old = await publish_index(session, shop_index())

    async def answered() -> tuple[str, list[str]]:
        states = [each["state"] for each in (await admin.get(INDEXES)).json()["items"]]
        return (await admin.post(URL, json={})).json()["index_version"], states

    async def fall() -> None:
        async with session.building_index(NOW):
            assert await answered() == (old, [IndexState.BUILDING, IndexState.ACTIVE])
            raise Fell

    with pytest.raises(Fell):
        await fall()
    assert await answered() == (old, [IndexState.ACTIVE])


async def test_events_about_items_that_nobody_knows_are_counted_by_the_build_and_never_recommended(
    admin: httpx.AsyncClient, application: Application
) -> None:
    await admin.post("/api/v1/items", json=[{"item_id": "tea"}])
    told = {"event_type": "purchase", "occurred_at": "2025-12-01T00:00:00Z", "subject_id": "ann"}
    events = [{"event_id": str(place), "item_id": item, **told} for place, item in enumerate(["tea", "ghost", "ghost"])]
    assert (await admin.post("/api/v1/events", json={"events": events})).status_code == 202
    working = asyncio.create_task(application.worker().run(lambda: None))
    asked = await admin.post(INDEXES, json={"as_of": "2026-01-01"})
    run = await done(admin, asked.headers["location"])
    working.cancel()
    await asyncio.wait([working])
    (index,) = (await admin.get(INDEXES)).json()["items"]
    assert (run["state"], index["counts"]) == (
        "succeeded",
        {"items": 1, "events": 1, "unknown_items": 2, "other_dimensions": 0},
    )
    found = (await admin.post(URL, json={"subject_id": "ann"})).json()
    assert [each["item_id"] for each in found["items"]] == ["tea"]
