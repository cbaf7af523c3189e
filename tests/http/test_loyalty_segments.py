"""Predictions for segments, over HTTP: as document E writes them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tessella import usecases
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import FeatureName, Instant, Role, SegmentId, SubjectId
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.prediction import churn_of
from tessella.domain.predictions.segment.stats import ChurnStats
from tessella.domain.predictions.segment.told import SegmentStats
from tessella.domain.predictions.thresholds import Thresholds
from tessella.domain.privacy.consent import Consent
from tessella.http.shown.segment_stats import StatsViewer
from tests.churn_model import serve_churn
from tests.database import Dsns
from tests.http.definitions import created, segment
from tests.loyalty import Programme, opened_programme
from tests.usecases.audiences import know

pytestmark = pytest.mark.anyio

ROOT = "/api/loyalty/v1/segments"
HOUR_US = DAY_US // 24
#: c0000 to c1249; every other one is in segment 2, and nobody in 3.
COUNT = 1250
RFM = {"rfm.cell": "string", "rfm.recency": "integer", "rfm.frequency": "integer", "rfm.monetary": "integer"}
SEGMENTS = {
    "1": ("High Value Customers", {"exists": ["recency_days"]}),
    "2": ("At Risk", {"lt": ["recency_days", 40]}),
    "3": ("", {"gt": ["recency_days", 1000]}),
    "vip": ("VIP Customers", {"eq": ["tier", "gold"]}),
    "here": ("", {"eq": ["ctx.surface", "home"]}),
}


def known(at: int) -> dict[str, Any]:
    cell = "Champions" if at % 3 == 0 else "At Risk"
    scores = {"rfm.cell": cell, "rfm.recency": 1 + at % 5, "rfm.frequency": 3, "rfm.monetary": 4}
    return {"recency_days": float(at % 80), "tier": "gold" if at % 10 == 0 else "tin", **scores}


def customer(at: int) -> str:
    return f"c{at:04}"


async def fill(programme: Programme) -> None:
    admin = await programme.client()
    await created(admin, "features", {"name": "recency_days", "type": "number"})
    await created(admin, "features", {"name": "tier", "type": "string"})
    for name, kind in RFM.items():
        await created(admin, "features", {"name": name, "type": kind, "source": "prediction"})
    for at, (name, (title, expr)) in enumerate(SEGMENTS.items()):
        await created(admin, "segments", segment(name, expr, name=title, priority=10 - at))
    async with programme.session() as session:
        await know(session, {customer(at): known(at) for at in range(COUNT)})
    await programme.calculate()
    async with programme.session() as session:
        await serve_churn(session)


@pytest.fixture(scope="module")
async def read_only(
    anyio_backend: str, database: Dsns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Programme]:
    """One for all tests that change nothing."""
    async with opened_programme(database, tmp_path_factory.mktemp("loyalty")) as programme:
        await fill(programme)
        yield programme


@pytest.fixture(scope="module")
async def shop(read_only: Programme) -> httpx.AsyncClient:
    return await read_only.client()


@pytest.fixture
async def own(database: Dsns, tmp_path: Path) -> AsyncIterator[Programme]:
    """For a test that changes something."""
    async with opened_programme(database, tmp_path / "home") as programme:
        await fill(programme)
        yield programme


async def expected(programme: Programme, at: int) -> float:
    """What the model says of one customer."""
    async with programme.session() as session:
        model = await session.model("churn")
        assert model is not None
        values = known(at)
        return model.one({name: values[name] for name in ("recency_days", "tier")})["churn"]


async def predicted(client: httpx.AsyncClient, segment_id: str, kind: str = "churn") -> dict[str, Any]:
    answer = await client.post(f"{ROOT}/{segment_id}/ml/predict/", content=f'{{"type": "{kind}"}}')
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(f"{ROOT}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tessella:")


async def test_segments_are_listed_with_numbers_for_ids_of_digits(shop: httpx.AsyncClient) -> None:
    assert await told(shop, "/") == [
        {"id": 1, "name": "High Value Customers", "member_count": COUNT},
        {"id": 2, "name": "At Risk", "member_count": 640},
        {"id": 3, "name": "3", "member_count": 0},
        {"id": "here", "name": "here", "member_count": None},
        {"id": "vip", "name": "VIP Customers", "member_count": 125},
    ]
    assert await told(shop, "") == await told(shop, "/")
    assert await told(shop, "/1/") == {"id": 1, "name": "High Value Customers", "member_count": COUNT}
    assert (await told(shop, "/vip"))["id"] == "vip"
    assert await problem(await shop.get(f"{ROOT}/nobody/")) == (404, "no-such")


async def test_a_prediction_of_a_large_segment_has_the_documented_fields_and_limits(
    shop: httpx.AsyncClient, read_only: Programme
) -> None:
    made = await predicted(shop, "1")
    assert list(made)[:12] == [
        "segment_id", "segment_name", "type", "mode", "total_customers", "processed", "successful", "failed",
        "warning", "aggregated_stats", "results", "errors",
    ]  # fmt: skip
    assert (made["segment_id"], made["segment_name"]) == (1, "High Value Customers")
    assert (made["type"], made["mode"]) == ("churn", "segment")
    assert (made["total_customers"], made["processed"], made["successful"], made["failed"]) == (COUNT, 1000, 1000, 0)
    assert made["warning"] == "Limited to first 1000 customers (segment has 1250 total)"
    assert (len(made["results"]), made["errors"], made["has_more_results"]) == (100, [], True)
    assert [each["customer_id"] for each in made["results"]] == [customer(at) for at in range(100)]
    first = churn_of(await expected(read_only, 0), Thresholds())
    assert made["results"][0] == {
        "customer_id": "c0000", "churn": {"probability": pytest.approx(first.probability), "risk": first.risk},
    }  # fmt: skip
    assert made["thresholds"] == {"high": 0.7, "medium": 0.4}
    assert made["model_version"] == 1


async def test_the_stats_of_a_prediction_are_those_of_all_that_were_processed(
    shop: httpx.AsyncClient, read_only: Programme
) -> None:
    stats = (await predicted(shop, "1"))["aggregated_stats"]
    assert list(stats) == ["churn"]
    alone = [await expected(read_only, at) for at in range(80)]
    risks = [Thresholds().risk(alone[at % 80]) for at in range(1000)]
    assert {name: stats["churn"][name] for name in ("high", "medium", "low")} == {
        name: risks.count(name) for name in ("high", "medium", "low")
    }
    mean = sum(alone[at % 80] for at in range(1000)) / 1000
    assert stats["churn"]["avg_probability"] == pytest.approx(mean, abs=1e-3)


async def test_up_to_a_thousand_members_there_is_no_warning(shop: httpx.AsyncClient) -> None:
    made = await predicted(shop, "vip")
    assert (made["total_customers"], made["processed"], made["warning"]) == (125, 125, None)
    assert (len(made["results"]), made["has_more_results"]) == (100, True)


async def test_a_segment_of_nobody_is_predicted_as_nobody(shop: httpx.AsyncClient) -> None:
    made = await predicted(shop, "3")
    assert (made["total_customers"], made["processed"], made["results"], made["errors"]) == (0, 0, [], [])
    assert made["aggregated_stats"]["churn"] == {"high": 0, "medium": 0, "low": 0, "avg_probability": None}
    assert (made["has_more_results"], made["warning"]) == (False, None)


async def test_a_segment_that_only_a_request_can_tell_is_refused_with_the_reason(shop: httpx.AsyncClient) -> None:
    refused = await shop.post(f"{ROOT}/here/ml/predict/", json={"type": "churn"})
    assert await problem(refused) == (409, "not-counted")
    assert "ctx.surface, which only a request carries" in refused.json()["detail"]
    assert refused.json()["errors"][0]["hint"].startswith("No calculation counts it.")
    assert await problem(await shop.get(f"{ROOT}/here/ml/stats/")) == (409, "not-counted")


async def test_cells_of_rfm_are_those_that_facts_hold(shop: httpx.AsyncClient) -> None:
    made = await predicted(shop, "vip", "rfm")
    assert made["results"][0]["rfm"] == {"cell": "Champions", "recency": 1, "frequency": 3, "monetary": 4}
    assert made["aggregated_stats"]["rfm"] == {
        "distribution": {"At Risk": 83, "Champions": 42}, "top_segments": [["At Risk", 83], ["Champions", 42]],
    }  # fmt: skip
    assert made["model_version"] is None


async def test_without_a_model_the_answer_says_how_to_train_one(shop: httpx.AsyncClient) -> None:
    refused = await shop.post(f"{ROOT}/vip/ml/predict/", json={"type": "nbo"})
    assert await problem(refused) == (409, "no-model")


async def test_stats_have_the_documented_fields(shop: httpx.AsyncClient) -> None:
    stats = await told(shop, "/1/ml/stats/")
    assert (stats["segment_id"], stats["segment_name"]) == (1, "High Value Customers")
    assert (stats["member_count"], stats["sampled_count"]) == (COUNT, 1000)
    churn = stats["stats"]["churn"]
    assert set(churn) == {
        "high", "medium", "low", "count", "avg_probability", "high_percentage", "medium_percentage", "low_percentage",
    }  # fmt: skip
    assert churn["count"] == 1000 == churn["high"] + churn["medium"] + churn["low"]
    assert churn["high_percentage"] == churn["high"] / 10
    assert stats["stats"]["nbo"] == {"top_offers": [], "distribution": {}}
    assert stats["stats"]["rfm"]["distribution"] == {"At Risk": 666, "Champions": 334}
    assert stats["warning"] == 'No model of the prediction "nbo" is active.'


async def test_stats_of_all_count_everybody(shop: httpx.AsyncClient) -> None:
    whole = await told(shop, "/1/ml/stats/?sample=all")
    assert (whole["member_count"], whole["sampled_count"]) == (COUNT, COUNT)
    assert whole["stats"]["churn"]["count"] == COUNT
    assert whole["stats"]["rfm"]["distribution"] == {"At Risk": 833, "Champions": 417}
    assert await told(shop, "/1/ml/stats/?sample=all") == whole
    sampled = (await told(shop, "/vip/ml/stats"))["stats"]
    assert (await told(shop, "/vip/ml/stats?sample=all"))["stats"] == sampled


async def test_below_admin_counts_are_rounded_and_few_are_not_told(read_only: Programme) -> None:
    service = await read_only.client(Role.SERVICE)
    assert [each["member_count"] for each in await told(service, "/")] == [1250, 640, "< 10", None, 130]
    nobody = await told(service, "/3/ml/stats/")
    assert (nobody["member_count"], nobody["stats"]["churn"]["avg_probability"]) == ("< 10", None)
    assert nobody["stats"]["churn"]["high_percentage"] is None
    refused = await service.post(f"{ROOT}/vip/ml/predict/", json={"type": "churn"})
    assert await problem(refused) == (403, "role-denied")


async def test_everybody_is_predicted_by_a_job_that_is_polled(shop: httpx.AsyncClient, read_only: Programme) -> None:
    asked = await shop.post(f"{ROOT}/1/ml/predict/", json={"type": "churn", "async": True})
    assert asked.status_code == 202, asked.text
    where = asked.headers["Location"]
    assert where == f"{ROOT}/1/ml/predict/{asked.json()['job_id']}/"
    assert (await shop.get(where)).json()["state"] == "queued"
    again = await shop.post(f"{ROOT}/1/ml/predict/", json={"type": "churn", "async": True})
    assert again.json()["job_id"] == asked.json()["job_id"]
    await read_only.work(asked.json()["job_id"])
    done = (await shop.get(where)).json()
    assert (done["state"], done["segment_id"], done["error"]) == ("succeeded", 1, None)
    made = done["result"]
    assert (made["total_customers"], made["processed"], made["successful"]) == (COUNT, COUNT, COUNT)
    assert made["warning"] is None
    found, page = [], made
    while True:
        found += [each["customer_id"] for each in page["results"]]
        if page["next_cursor"] is None:
            break
        more = await shop.get(where, params={"cursor": page["next_cursor"], "limit": 500})
        page = more.json()["result"]
    assert found == [customer(at) for at in range(COUNT)]
    first = made["results"][0]["churn"]
    assert first["probability"] == pytest.approx(await expected(read_only, 0), abs=1e-6)
    other = await shop.get(where.replace("/1/", "/2/"))
    assert (other.status_code, 'no run of predictions for the segment "2"' in other.json()["detail"]) == (404, True)


async def test_cells_of_everybody_are_kept_by_a_job(shop: httpx.AsyncClient, read_only: Programme) -> None:
    asked = (await shop.post(f"{ROOT}/vip/ml/predict/", json={"type": "rfm", "async": True})).json()
    await read_only.work(asked["job_id"])
    made = (await shop.get(f"{ROOT}/vip/ml/predict/{asked['job_id']}/")).json()["result"]
    assert made["results"] == (await predicted(shop, "vip", "rfm"))["results"]
    assert made["aggregated_stats"] == (await predicted(shop, "vip", "rfm"))["aggregated_stats"]


async def test_a_job_that_cannot_be_done_is_refused_at_once(shop: httpx.AsyncClient) -> None:
    for segment_id, kind, expected_problem in (
        ("here", "churn", (409, "not-counted")), ("1", "nbo", (409, "no-model")), ("gone", "rfm", (404, "no-such")),
    ):  # fmt: skip
        refused = await shop.post(f"{ROOT}/{segment_id}/ml/predict/", json={"type": kind, "async": True})
        assert await problem(refused) == expected_problem


@pytest.mark.parametrize("body", [{"type": "weather"}, {}, {"type": "churn", "async": 1}, {"type": "churn", "x": 1}])
async def test_what_is_not_predicted_is_refused(shop: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await shop.post(f"{ROOT}/1/ml/predict/", json=body)).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/1/ml/stats/?sample=some", "/1/ml/stats/history/?days=0", "/1/ml/stats/history/?days=401",
        "/1/ml/predict/job/?limit=0", "/1/ml/predict/job/?limit=100000",
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(shop: httpx.AsyncClient, path: str) -> None:
    assert (await shop.get(f"{ROOT}{path}")).status_code == 422


async def test_a_member_whose_facts_are_gone_is_an_error_and_one_who_opted_out_is_not_there(own: Programme) -> None:
    shop = await own.client()
    async with own.session() as session:
        await session.set_consent(SubjectId("c0000"), Consent(personalization_enabled=False))
    forget(own, "c0010")
    made = await predicted(shop, "vip")
    assert (made["total_customers"], made["processed"], made["successful"], made["failed"]) == (124, 124, 123, 1)
    assert made["errors"] == [{
        "customer_id": "c0010", "error": "Nothing is known of this customer that it could be told from.",
    }]  # fmt: skip
    assert "c0000" not in [each["customer_id"] for each in made["results"]]


async def test_who_opts_out_leaves_what_was_told_and_what_was_kept_at_once(own: Programme) -> None:
    shop = await own.client()
    assert (await predicted(shop, "vip"))["results"][0]["customer_id"] == "c0000"
    asked = (await shop.post(f"{ROOT}/vip/ml/predict/", json={"type": "churn", "async": True})).json()
    await own.work(asked["job_id"])
    async with own.session() as session:
        await session.set_consent(SubjectId("c0000"), Consent(personalization_enabled=False))
    assert (await predicted(shop, "vip"))["results"][0]["customer_id"] == "c0010"
    kept = (await shop.get(f"{ROOT}/vip/ml/predict/{asked['job_id']}/")).json()["result"]
    assert kept["results"][0]["customer_id"] == "c0010"


async def test_a_prediction_is_told_again_unless_the_model_or_the_audience_is_another(own: Programme) -> None:
    shop = await own.client()
    first = await predicted(shop, "vip")
    assert await predicted(shop, "vip") == first
    async with own.session() as session:
        await serve_churn(session, seed=8)
    second = await predicted(shop, "vip")
    assert (second["model_version"], second["results"] == first["results"]) == (2, False)
    await own.calculate()
    third = await predicted(shop, "vip")
    assert third["as_of"] > second["as_of"]
    assert third["predicted_at"] > second["predicted_at"]


async def test_declared_thresholds_hold_for_everybody_as_for_the_first(own: Programme) -> None:
    shop = await own.client()
    thresholds = {"high": 1.0, "medium": 0.99}
    await created(shop, "predictions", {"prediction_id": "churn", "target": "churn", "thresholds": thresholds})
    for sample in ("first", "all"):
        stats = await told(shop, f"/vip/ml/stats/?sample={sample}")
        churn = stats["stats"]["churn"]
        assert (stats["thresholds"], churn["high"], churn["medium"]) == (thresholds, 0, 0)
        assert churn["low"] == stats["member_count"]


async def test_the_stats_of_every_active_segment_are_kept_by_a_job_and_listed_by_day(own: Programme) -> None:
    shop = await own.client()
    assert (await told(shop, "/1/ml/stats/history/"))["items"] == []
    async with own.session() as session:
        run = await usecases.ask_for_segment_stats(session)
    await own.work(run.run_id)
    assert (await shop.get(f"/api/v1/jobs/{run.run_id}")).json()["result"] == {"segments": 4}
    history = await told(shop, "/1/ml/stats/history/?days=7")
    assert (history["segment_id"], history["segment_name"], history["days"]) == (1, "High Value Customers", 7)
    [day] = history["items"]
    whole = await told(shop, "/1/ml/stats/?sample=all")
    assert (day["member_count"], day["stats"]) == (COUNT, whole["stats"])
    [few] = (await told(shop, "/2/ml/stats/history/"))["items"]
    assert few["stats"]["churn"]["count"] == 640
    [nobody] = (await told(shop, "/3/ml/stats/history/"))["items"]
    assert nobody["stats"]["rfm"] == {"distribution": {}, "top_segments": []}


async def test_who_is_silent_for_longer_than_anybody_the_model_learned_from_is_warned_of_by_their_count(
    own: Programme,
) -> None:
    shop, service = await own.client(), await own.client(Role.SERVICE)
    before = await told(shop, "/2/ml/stats/?sample=all")
    async with own.session() as session:
        await serve_churn(session, population=Population(FeatureName("recency_days"), 29))
    guessed = "160 of 640 have been silent for longer than the 29 days that the model learned from; "
    guessed += "their probabilities are a guess."
    for sample in ("first", "all"):
        assert (await told(shop, f"/2/ml/stats/?sample={sample}"))["warning"] == f"{before['warning']} {guessed}"
    first = await shop.post(f"{ROOT}/2/ml/predict/", json={"type": "churn"})
    assert first.json()["warning"] == guessed
    asked = await shop.post(f"{ROOT}/2/ml/predict/", json={"type": "churn", "async": True})
    await own.work(asked.json()["job_id"])
    everybody = await shop.get(asked.headers["Location"])
    assert everybody.json()["result"]["warning"] == guessed
    exact, rounded = [(await told(client, "/vip/ml/stats/"))["warning"] for client in (shop, service)]
    assert ("77 of 125 have been silent" in exact, "80 of 130 have been silent" in rounded) == (True, True)


def test_a_warning_tells_nobody_of_a_count_that_is_withheld_from_them() -> None:
    few, population = ChurnStats(low=100, outside=9), Population(FeatureName("recency_days"), 84)
    assert StatsViewer(Role.SERVICE, 10).warning("Beware.", population, few) == "Beware."
    assert "9 of 100 have" in str(StatsViewer(Role.ADMIN, 10).warning(None, population, few))


async def test_stats_by_another_model_are_counted_anew_and_the_day_says_which_told_them(own: Programme) -> None:
    shop = await own.client()
    await told(shop, "/1/ml/stats/?sample=all")
    [day] = (await told(shop, "/1/ml/stats/history/"))["items"]
    async with own.session() as session:
        await serve_churn(session, seed=8)
    anew = await told(shop, "/1/ml/stats/?sample=all")
    *_, after = (await told(shop, "/1/ml/stats/history/"))["items"]
    assert (day["model_versions"], after["model_versions"]) == ({"churn": 1}, {"churn": 2})
    assert after["stats"] == anew["stats"] != day["stats"]
    async with own.session() as session:
        kept = await session.segment_stats(SegmentId("1"), Instant(0))
    assert [each.model_versions for each in kept] == [{"churn": 1}, {"churn": 2}]


async def test_of_a_day_the_last_stats_are_told(own: Programme) -> None:
    kept = [(40, 1), (24, 2), (23, 3), (1, 4)]  # hours before the midnight of today, and members
    async with own.session() as session:
        midnight = session.now() // DAY_US * DAY_US
        await session.add_segment_stats([
            SegmentStats(SegmentId("1"), Instant(midnight - hours * HOUR_US), Instant(0), members, {}, "")
            for hours, members in kept
        ])  # fmt: skip
        found = await usecases.segment_stats_history(session, "1", 7)
    assert [each.members for each in found] == [1, 4]


def forget(programme: Programme, subject_id: str) -> None:
    """Their row has vanished since the calculation: nobody may delete it through the server."""
    with psycopg.connect(programme.database.superuser) as connection:
        row = [programme.namespace, subject_id]
        connection.execute("DELETE FROM tessella.subject_facts WHERE namespace = %s AND subject_id = %s", row)
