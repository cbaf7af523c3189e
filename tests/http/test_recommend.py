"""Items over HTTP: what is asked, who sees why, and what is refused."""

from typing import Any

import httpx
import pytest

from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Namespace, Role
from tessella.storage.store import Storage
from tests.database import session_of
from tests.domain.ranking.catalogues import NOW
from tests.http.conftest import MakeClient
from tests.http.test_metrics import read
from tests.rankings import POPULAR, bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

AT = iso(NOW)
URL = "/api/v1/recommend"


@pytest.fixture
async def shop(storage: Storage, namespace: Namespace) -> str:
    """The version of the index of a small shop, of which Ann has bought tea."""
    session = await session_of(storage, namespace)
    version = await publish_index(session, shop_index())
    await session.add_events(bought("ann", "tea"))
    return version


async def asked(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(URL, json={"at": AT, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: httpx.AsyncClient, path: str = URL, **body: Any) -> list[str]:
    """The pointers of the faults."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 422, answer.text
    return [fault["pointer"] for fault in answer.json()["errors"]]


async def test_items_come_best_first_with_what_they_were_ranked_from(admin: httpx.AsyncClient, shop: str) -> None:
    found = await asked(admin, subject_id="ann", limit=4)
    assert [item["item_id"] for item in found["items"]] == ["tea", "milk", "rice", "biscuit"]
    assert found["items"][0] == {"item_id": "tea", "score": 0.99, "reasons": ["popularity", "personalization"]}
    assert (found["segment_id"], found["profile_id"], found["index_version"]) == ("default", None, shop)
    assert [reason["code"] for reason in found["reasons"]] == ["no_match"]
    assert found["history_as_of"] is not None


async def test_a_simulated_recommendation_is_explained_and_not_recorded(admin: httpx.AsyncClient, shop: str) -> None:
    body = {"at": AT, "subject_id": "ann", "limit": 3}
    answer = await admin.post("/api/v1/simulate/recommend", json=body)
    assert answer.status_code == 200, answer.text
    tried, made = answer.json(), await asked(admin, explain=True, **body)
    for each in ("items", "config", "provenance", "segments", "trace"):
        assert tried[each] == made[each]
    for traced in tried["trace"]["items"]:
        added = sum(term["contribution"] for term in traced["terms"]) + traced["boost"] - traced["mmr_penalty"]
        assert added == pytest.approx(traced["score"], abs=1e-6)
    assert (await admin.get(f"/api/v1/audit/{tried['decision_id']}")).status_code == 404


async def test_ten_items_come_when_no_number_is_asked_for(admin: httpx.AsyncClient, shop: str) -> None:
    found = await asked(admin)
    assert [item["item_id"] for item in found["items"]] == sorted(POPULAR, key=lambda each: -POPULAR[each])
    assert found["reasons"][-1]["code"] == "cold_subject"
    assert found["history_as_of"] is None


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER])
async def test_a_client_sees_which_items_and_never_why(make_client: MakeClient, shop: str, role: Role) -> None:
    client = await make_client(role)
    found = await asked(client, limit=1)
    assert set(found) == {"decision_id", "segment_id", "profile_id", "items", "snapshot_version", "index_version"}
    assert found["items"] == [{"item_id": "tea", "score": 0.9}]
    for path, body, problem in (
        (URL, {"explain": True}, "role-denied"),
        (URL, {"subject_id": "bob"}, "not-yours"),
        (f"{URL}/batch", {"requests": [{}]}, "role-denied"),
    ):
        answer = await client.post(path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (403, f"urn:tessella:{problem}")


async def test_an_explanation_has_every_number_of_each_score(admin: httpx.AsyncClient, shop: str) -> None:
    found = await asked(admin, subject_id="ann", limit=3, explain=True)
    for told, item in zip(found["trace"]["items"], found["items"], strict=True):
        total = sum(term["contribution"] for term in told["terms"]) + told["boost"] - told["mmr_penalty"]
        assert (told["item_id"], pytest.approx(total, abs=1e-6)) == (item["item_id"], item["score"])
    assert found["trace"]["fell_out"][0]["reason"] == "limit"
    assert found["provenance"]["alpha"] == "built_in"
    assert found["config"]["alpha"] == 1.0


async def test_a_batch_answers_each_request_in_its_place(admin: httpx.AsyncClient, shop: str) -> None:
    requests = [{"subject_id": "ann", "at": AT, "limit": 1}, {"item_ids": ["cake", "rice"], "at": AT}]
    answer = (await admin.post(f"{URL}/batch", json={"requests": requests})).json()
    items = [[item["item_id"] for item in each["items"]] for each in answer["recommendations"]]
    assert items == [["tea"], ["rice", "cake"]]


REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"limit": 0}, ["/limit"]),
    ({"limit": 501}, ["/limit"]),
    ({"limit": 10**9}, ["/limit"]),
    ({"limit": 1e300}, ["/limit"]),
    ({"limit": "ten"}, ["/limit"]),
    ({"item_ids": []}, ["/item_ids"]),
    ({"item_ids": [""]}, ["/item_ids/0"]),
    ({"item_ids": ["t" * 257]}, ["/item_ids/0"]),
    ({"item_ids": ["tea"] * 2_501}, ["/item_ids"]),
    ({"anchor_item_ids": ["tea"] * 101}, ["/anchor_item_ids"]),
    ({"item_ids": ["tea", "tee", "tea"]}, ["/item_ids/1", "/item_ids/2"]),
    ({"anchor_item_ids": ["tee"]}, ["/anchor_item_ids/0"]),
    ({"overrides": {"mmr_lambda": 1.1}}, ["/overrides/mmr_lambda"]),
    ({"overrides": {"blend": {"delta": -1}}}, ["/overrides/blend/delta"]),
    ({"campaign_id": "spring"}, ["/campaign_id"]),
    ({"items": ["tea"]}, ["/items"]),
    ({"at": "soon"}, ["/at"]),
]


async def test_what_cannot_be_asked_is_refused_and_pointed_at(admin: httpx.AsyncClient, shop: str) -> None:
    for body, pointers in REFUSED:
        assert await refused(admin, **body) == pointers, body


async def test_a_wrong_request_of_a_batch_is_pointed_at(admin: httpx.AsyncClient, shop: str) -> None:
    requests = [{}, {"anchor_item_ids": ["tea", "tee"]}]
    assert await refused(admin, f"{URL}/batch", requests=requests) == ["/requests/1/anchor_item_ids/1"]
    assert await refused(admin, f"{URL}/batch", requests=[]) == ["/requests"]
    assert await refused(admin, f"{URL}/batch", requests=[{}] * 1_001) == ["/requests"]


async def test_a_batch_for_more_than_50_000_items_is_refused(admin: httpx.AsyncClient, shop: str) -> None:
    requests = [{"limit": 500}] * 100
    assert (await admin.post(f"{URL}/batch", json={"requests": requests})).status_code == 200
    answer = await admin.post(f"{URL}/batch", json={"requests": [*requests, {"limit": 1}]})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:tessella:too-many-items")
    assert answer.json()["detail"] == (
        "The requests ask for 50001 items together; 50000 are the most that one batch takes."
    )


async def test_an_unknown_item_comes_with_the_nearest_one(admin: httpx.AsyncClient, shop: str) -> None:
    answer = await admin.post(URL, json={"item_ids": ["bisquit"]})
    [fault] = answer.json()["errors"]
    assert fault["hint"].startswith('Did you mean "biscuit"?')


async def test_without_an_index_there_are_no_items_and_a_remark(admin: httpx.AsyncClient) -> None:
    found = await asked(admin, item_ids=["any"])
    assert (found["items"], found["index_version"]) == ([], None)
    assert found["reasons"][-1]["code"] == "empty_catalogue"
    assert (await asked(admin, explain=True))["trace"] is None


async def test_recommendations_are_counted_with_their_time_and_items(
    admin: httpx.AsyncClient, namespace: Namespace, shop: str
) -> None:
    for _ in range(2):
        await asked(admin, limit=2)
    await asked(admin, limit=1, explain=True)
    told = read((await admin.get("/metrics")).text)
    assert told["tessella_recommended_items_total", namespace] == 5
    assert told["tessella_recommendation_seconds_count",] == 2
    assert told["tessella_decisions_total", namespace, "default"] == 3
    assert told["tessella_ranking_cache_hits_total",] == 1
