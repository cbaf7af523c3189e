"""`/api/v1/ranking/outcomes`: rates and comparisons of what was shown."""

import json
from uuid import uuid4

import httpx
import psycopg
import pytest

from tessella.domain.identifiers import Namespace
from tests.database import Dsns, eventually
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio

PATH = "/api/v1/ranking/outcomes"


def decided(database: Dsns, namespace: Namespace, profile: str) -> str:
    made, body = str(uuid4()), json.dumps({"items": [["milk", 2.0], ["tea", 1.0]]})
    named = {"decision_id": f"'{made}'", "segment_id": "'vip'", "profile_id": f"'{profile}'", "body": f"'{body}'"}
    with psycopg.connect(database.superuser) as connection:
        insert(connection, "decision_audit", namespace, **named)
    return made


def events(decision_id: str, kind: str, item_id: str, count: int) -> list[dict[str, object]]:
    told = {"subject_id": "h1", "event_type": kind, "item_id": item_id, "decision_id": decision_id}
    return [{"event_id": str(uuid4()), "occurred_at": "2026-01-01T00:00:00Z", **told} for _ in range(count)]


@pytest.fixture
async def shown(admin: httpx.AsyncClient, database: Dsns, namespace: Namespace) -> None:
    """Two profiles that are clicked alike at each place; `new` was mostly shown at the second, where few look."""
    new, old = (decided(database, namespace, profile) for profile in ("new", "old"))
    sent = [
        *events(new, "impression", "milk", 40), *events(new, "click", "milk", 20),
        *events(new, "impression", "tea", 200), *events(new, "click", "tea", 20),
        *events(old, "impression", "milk", 200), *events(old, "click", "milk", 100),
        *events(old, "impression", "tea", 40), *events(old, "click", "tea", 4), *events(old, "conversion", "tea", 26),
    ]  # fmt: skip
    assert (await admin.post("/api/v1/events", json={"events": sent})).json()["accepted"] == len(sent)

    async def counted() -> bool:
        rows = (await admin.get(PATH)).json()["rows"]
        return [row["impressions"] + row["clicks"] + row["conversions"] for row in rows] == [len(sent)]

    await eventually(counted, "all is counted")


@pytest.mark.usefixtures("shown")
async def test_rates_are_told_by_segment_profile_and_position(admin: httpx.AsyncClient) -> None:
    (vip,) = (await admin.get(PATH)).json()["rows"]
    assert (vip["key"], vip["impressions"], vip["clicks"], vip["conversions"]) == ("vip", 480, 144, 26)
    assert (vip["ctr"]["evidence"], vip["ctr"]["value"]) == ("enough", 0.3)
    assert vip["ctr"]["low"] < 0.3 < vip["ctr"]["high"]
    profiles = (await admin.get(PATH, params={"by": "profile"})).json()["rows"]
    assert {row["key"]: row["ctr"]["value"] for row in profiles} == {"new": 40 / 240, "old": 104 / 240}
    assert profiles[0]["cvr"] == {"evidence": "few", "value": 0.0, "low": 0.0, "high": pytest.approx(0.0876, abs=1e-4)}
    positions = (await admin.get(PATH, params={"by": "position"})).json()["rows"]
    assert {row["key"]: row["propensity"] for row in positions} == {1: 1.0, 2: pytest.approx(0.2)}


@pytest.mark.usefixtures("shown")
async def test_a_comparison_is_not_misled_by_where_things_were_shown(admin: httpx.AsyncClient) -> None:
    asked = {"by": "profile", "first": "new", "second": "old"}
    found = (await admin.get(f"{PATH}/comparison", params=asked)).json()
    assert (found["remark"], found["common_positions"], found["common_share"]) == ("holds", 2, 1.0)
    assert found["naive_ratio"]["high"] < 1
    assert found["ratio"]["value"] == pytest.approx(1.0)
    assert found["ratio"]["low"] < 1 < found["ratio"]["high"]
    assert found["first"]["ctr_at_best"] == pytest.approx(found["second"]["ctr_at_best"]) == pytest.approx(0.5)


async def test_where_nothing_was_counted_the_answers_say_so(admin: httpx.AsyncClient) -> None:
    assert (await admin.get(PATH)).json() == {"by": "segment", "rows": []}
    asked = {"by": "segment", "first": "default", "second": ""}
    found = (await admin.get(f"{PATH}/comparison", params=asked)).json()
    assert (found["remark"], found["ratio"], found["naive_ratio"]) == ("not_shown", None, None)
    assert (found["first"]["ctr"]["evidence"], found["second"]["key"]) == ("none", None)


@pytest.mark.parametrize(
    "asked",
    [{"by": "colour"}, {"by": "position", "first": "1", "second": "2"}, {"first": "a"}, {"first": "a", "second": ""}],
)
async def test_what_cannot_be_compared_is_refused(admin: httpx.AsyncClient, asked: dict[str, str]) -> None:
    assert (await admin.get(f"{PATH}/comparison", params=asked)).status_code == 422
