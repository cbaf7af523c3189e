"""Requirement E, "ML Predictions for Segments", section by section.

Rules over the feature view are in `test_feature_view.py`, and the files of the placeholders in
`tests/models/test_tflite_files.py`.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tessella import usecases
from tessella.domain.identifiers import SegmentId, SubjectId
from tessella.domain.predictions.segment.scoring import Counted
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Thresholds
from tessella.domain.privacy.consent import Consent
from tessella.models.placeholders import INPUTS, placeholder_files
from tessella.ports import Progress
from tessella.ports.clock import present
from tessella.ports.scoring import ScoringOrder
from tessella.storage.models.files import ModelFolder
from tessella.usecases.predictions.predict_customer import PLACEHOLDER
from tessella.usecases.predictions.score_segment import ScoreRequest, score_segment
from tests.churn_model import serve_churn
from tests.customers import SHOP, write_view
from tests.database import Dsns
from tests.e2e.loyal_customers import COUNT, OFFERS, SEGMENTS, best_offer, customer, fill, known
from tests.http.definitions import created, segment
from tests.loyalty import Programme, opened_programme
from tests.sharing import share
from tests.usecases.audiences import know

pytestmark = pytest.mark.anyio

ROOT = "/api/loyalty/v1"
#: Those of the first thousand of whom something is known.
TOLD = [at for at in range(1000) if at % 80 != 79]


@pytest.fixture(scope="module")
async def programme(
    anyio_backend: str, database: Dsns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Programme]:
    async with opened_programme(database, tmp_path_factory.mktemp("predictions")) as programme:
        await fill(programme)
        yield programme


@pytest.fixture(scope="module")
async def client(programme: Programme) -> httpx.AsyncClient:
    return await programme.client()


async def predicted(client: httpx.AsyncClient, path: str, kind: str) -> Any:
    """As curl sends it with `-d`: as a form, by its header."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post(f"{ROOT}/{path}/ml/predict/", content=f'{{"type": "{kind}"}}', headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stats_of(client: httpx.AsyncClient, segment_id: int | str) -> Any:
    answer = await client.get(f"{ROOT}/segments/{segment_id}/ml/stats/")
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- Overview ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["churn", "nbo", "rfm"])
async def test_overview_a_customer_and_a_segment_are_predicted_alike(client: httpx.AsyncClient, kind: str) -> None:
    segment = await predicted(client, "segments/5", kind)
    one = await predicted(client, "customers/c0010", kind)
    assert (one["mode"], segment["mode"]) == ("customer", "segment")
    assert segment["results"][1] == {"customer_id": "c0010", kind: one[kind]}
    assert list(segment["aggregated_stats"]) == [kind]


# --- What Does `create_ml_models.py` Do? ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def trying(programme: Programme) -> Programme:
    """A namespace of one customer that has no model but the placeholders."""
    folder = ModelFolder(programme.application.settings.models)
    folder.write_placeholders(placeholder_files(present()))
    trying = await programme.beside()
    admin = await trying.client()
    for each in INPUTS:
        await created(admin, "features", {"name": each.name, "type": "number"})
    await created(admin, "features", {"name": "prediction.churn", "type": "number", "source": "prediction"})
    await created(admin, "segments", segment("1", {"exists": ["recency_days"]}))
    async with trying.session() as session:
        await know(session, {"ada": {each.name: each.typical for each in INPUTS}})
    await trying.calculate()
    return trying


async def test_what_it_creates_two_small_networks_in_the_folder_of_models(trying: Programme) -> None:
    folder = trying.application.settings.models
    assert [(folder / name).read_bytes()[4:8] for name in ("nbo.tflite", "churn.tflite")] == [b"TFL3", b"TFL3"]
    ada = await trying.client()
    offers = (await predicted(ada, "customers/ada", "nbo"))["nbo"]["offers"]
    assert {each["offer_id"] for each in offers} == {f"offer_{number}" for number in range(1, 9)}
    assert sum(each["probability"] for each in offers) == pytest.approx(1)
    assert 0 < (await predicted(ada, "customers/ada", "churn"))["churn"]["probability"] < 1


async def test_important_notes_placeholders_work_and_say_that_they_mean_nothing(trying: Programme) -> None:
    client = await trying.client()
    for kind in ("churn", "nbo"):
        assert (await predicted(client, "customers/ada", kind))["warning"] == PLACEHOLDER
        assert (await predicted(client, "segments/1", kind))["warning"] == PLACEHOLDER
    assert PLACEHOLDER in (await stats_of(client, 1))["warning"]


async def test_important_notes_what_a_placeholder_says_is_never_a_fact_that_a_rule_reads(trying: Programme) -> None:
    async with trying.session() as session:
        with trying.application.warehouse() as duckdb:
            refreshed = await usecases.refresh_predictions(session, duckdb, as_of=session.now())
    assert (refreshed.changed, list(refreshed.left_out)) == (0, ["prediction.churn"])
    assert "placeholder" in refreshed.left_out["prediction.churn"]


#: The less lately somebody has bought, the likelier they are gone.
VIEW = """
    SELECT format('c{:03}', row) AS customer_id, CAST(row * 37 % 101 AS DOUBLE) AS recency_days,
           hash(row) % 100 < row * 37 % 101 AS is_gone
    FROM range(600) AS rows (row)
"""


async def test_for_production_a_model_is_trained_on_the_customer_features_view(programme: Programme) -> None:
    production = await programme.beside()
    write_view(programme.application.settings.home, production.namespace, VIEW)
    client = await production.client()
    await created(client, "sources", SHOP)
    assert (await client.post("/api/v1/sources/shop/features", json={})).is_success
    asked = {"prediction_id": "churn", "target": "churn", "source": "shop", "label": "is_gone"}
    await created(client, "predictions", asked)
    async with production.session() as session:
        await share(session, [f"c{row:03}" for row in range(600)])
    run = await client.post("/api/v1/models/churn/train", json={})
    await production.work(run.json()["run_id"])
    shown = (await client.get("/api/v1/models/churn/card")).json()
    assert (shown["model"]["state"], shown["model"]["placeholder"]) == ("active", False)
    assert shown["card"]["quality"]["auc"]["value"] > 0.75
    seen, silent = [await predicted(client, f"customers/{name}", "churn") for name in ("c000", "c030")]
    assert (seen["churn"]["risk"], silent["churn"]["risk"]) == ("low", "high")
    assert (seen["warning"], seen["model_version"]) == (None, 1)


# --- Segment-Level ML Predictions -------------------------------------------------------------------------------------


async def test_why_segment_level_the_risk_of_a_segment_can_be_followed_over_days(programme: Programme) -> None:
    client = await programme.client()
    async with programme.session() as session:
        run = await usecases.ask_for_segment_stats(session)
    await programme.work(run.run_id)
    history = (await client.get(f"{ROOT}/segments/5/ml/stats/history/?days=30")).json()
    [today] = history["items"]
    assert today["stats"] == (await stats_of(client, 5))["stats"]
    assert (history["segment_name"], today["member_count"]) == ("VIP Customers", 125)


async def test_how_they_work_together_rules_decide_who_is_in_and_what_is_told_of_each_is_summed(
    client: httpx.AsyncClient,
) -> None:
    made = await predicted(client, "segments/2", "churn")
    members = [at for at in range(COUNT) if at % 80 < 10]
    assert [each["customer_id"] for each in made["results"]] == [customer(at) for at in members][:100]
    alone = [(await predicted(client, f"customers/{customer(at)}", "churn"))["churn"] for at in members[:20]]
    assert alone == [each["churn"] for each in made["results"][:20]]
    told = [each["churn"] for each in made["results"]]
    assert [each["risk"] for each in told] == [Thresholds().risk(each["probability"]) for each in told]
    assert sum(made["aggregated_stats"]["churn"][risk] for risk in ("high", "medium", "low")) == len(members)


# --- API Endpoints ----------------------------------------------------------------------------------------------------


async def test_run_predictions_answers_with_the_documented_fields(client: httpx.AsyncClient) -> None:
    made = await predicted(client, "segments/1", "churn")
    expected = {
        "segment_id": 1, "segment_name": "High Value Customers", "type": "churn", "mode": "segment",
        "total_customers": 1250, "processed": 1000, "successful": 988, "failed": 12,
        "warning": "Limited to first 1000 customers (segment has 1250 total)", "has_more_results": True,
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    stats = made["aggregated_stats"]["churn"]
    assert set(stats) == {"high", "medium", "low", "avg_probability"}
    assert stats["high"] + stats["medium"] + stats["low"] == made["successful"]
    assert 0 < stats["avg_probability"] < 1
    assert [each["customer_id"] for each in made["results"]] == [customer(at) for at in TOLD[:100]]
    assert set(made["results"][0]["churn"]) == {"probability", "risk"}
    assert [each["customer_id"] for each in made["errors"]] == [customer(79 + 80 * at) for at in range(10)]
    assert {each["error"] for each in made["errors"]} == {
        "Nothing is known of this customer that it could be told from."
    }


async def test_run_predictions_of_nbo_counts_whom_each_offer_is_best_for(client: httpx.AsyncClient) -> None:
    made = await predicted(client, "segments/1", "nbo")
    counts = Counter(best_offer(at) for at in TOLD)
    assert made["aggregated_stats"]["nbo"] == {
        "top_offers": [[name, count] for name, count in counts.most_common()], "distribution": counts,
    }  # fmt: skip
    first = made["results"][0]["nbo"]
    assert (first["offer_id"], len(first["offers"])) == (best_offer(0), len(OFFERS))
    assert first["offers"][0]["expected_value_usd"] == pytest.approx(1.0)


async def test_run_predictions_of_rfm_counts_the_cells(client: httpx.AsyncClient) -> None:
    made = await predicted(client, "segments/1", "rfm")
    counts = Counter(known(at)["rfm.cell"] for at in TOLD)
    assert made["aggregated_stats"]["rfm"] == {
        "distribution": counts, "top_segments": [[name, count] for name, count in counts.most_common()],
    }  # fmt: skip
    assert (made["successful"], made["failed"], len(made["errors"])) == (988, 12, 10)


async def test_aggregated_statistics_have_the_documented_fields(client: httpx.AsyncClient) -> None:
    told = await stats_of(client, 1)
    expected = {
        "segment_id": 1, "segment_name": "High Value Customers", "member_count": 1250, "sampled_count": 1000,
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    churn = told["stats"]["churn"]
    shares = {f"{risk}_percentage": 100 * churn[risk] / churn["count"] for risk in ("high", "medium", "low")}
    assert set(churn) == {"high", "medium", "low", "count", "avg_probability", *shares}
    assert {name: churn[name] for name in shares} == pytest.approx(shares, abs=1e-3)
    assert churn["count"] == churn["high"] + churn["medium"] + churn["low"] == 988
    for kind in ("nbo", "rfm"):
        assert told["stats"][kind] == (await predicted(client, "segments/1", kind))["aggregated_stats"][kind]


# --- Use Cases --------------------------------------------------------------------------------------------------------


async def test_segment_health_dashboard_every_segment_is_listed_and_has_its_share_at_high_risk(
    client: httpx.AsyncClient,
) -> None:
    segments = (await client.get(f"{ROOT}/segments/")).json()
    assert [(each["id"], each["name"]) for each in segments] == [(int(at), name) for at, (name, _) in SEGMENTS.items()]
    shares = {each["name"]: await high_percentage(client, each["id"]) for each in segments}
    assert shares["New Customers"] == 0 < shares["High Value Customers"] < shares["Regulars"] <= 100


async def high_percentage(client: httpx.AsyncClient, segment_id: int) -> float:
    return float((await stats_of(client, segment_id))["stats"]["churn"]["high_percentage"])


async def test_campaign_targeting_segments_with_a_high_risk_are_found(client: httpx.AsyncClient) -> None:
    segments = (await client.get(f"{ROOT}/segments/")).json()
    found = [each["name"] for each in segments if await high_percentage(client, each["id"]) > 60]
    assert found == ["Regulars"]


async def test_offer_optimization_the_best_offer_of_a_segment_comes_first(client: httpx.AsyncClient) -> None:
    assert (await stats_of(client, 2))["stats"]["nbo"]["top_offers"][0][0] == "offer_5"
    assert (await stats_of(client, 4))["stats"]["nbo"]["top_offers"] == [["offer_1", 595]]


# --- Frontend Integration ---------------------------------------------------------------------------------------------


async def test_ml_segment_stats_component_finds_what_it_shows(client: httpx.AsyncClient) -> None:
    """Texts of the shares, and pairs of an offer and a count."""
    stats = (await stats_of(client, 3))["stats"]
    shown = [stats["churn"][f"{risk}_percentage"] for risk in ("high", "medium", "low")]
    assert sum(shown) == pytest.approx(100, abs=1e-3)
    assert all(offer in OFFERS and count > 0 for offer, count in stats["nbo"]["top_offers"])


# --- Performance Considerations ---------------------------------------------------------------------------------------


async def test_batch_limits_the_first_thousand_are_predicted_and_a_hundred_are_shown(client: httpx.AsyncClient) -> None:
    large, small = await predicted(client, "segments/1", "churn"), await predicted(client, "segments/2", "churn")
    assert (large["processed"], len(large["results"]), len(large["errors"])) == (1000, 100, 10)
    assert (small["processed"], small["warning"], small["has_more_results"]) == (160, None, True)
    assert (await stats_of(client, 1))["sampled_count"] == 1000


async def test_caching_an_answer_is_given_again_until_the_model_or_the_segment_is_calculated_anew(
    programme: Programme,
) -> None:
    own = await programme.beside()
    await fill_small(own)
    client = await own.client()
    first = await predicted(client, "segments/1", "churn")
    assert await predicted(client, "segments/1", "churn") == first
    async with own.session() as session:
        await serve_churn(session, seed=8)
    by_another = await predicted(client, "segments/1", "churn")
    assert (by_another["model_version"], by_another["results"] == first["results"]) == (2, False)
    await own.calculate()
    assert (await predicted(client, "segments/1", "churn"))["predicted_at"] > by_another["predicted_at"]


async def fill_small(programme: Programme) -> None:
    """One customer, in one segment."""
    admin = await programme.client()
    await created(admin, "features", {"name": "recency_days", "type": "number"})
    await created(admin, "features", {"name": "tier", "type": "string"})
    await created(admin, "segments", segment("1", {"exists": ["recency_days"]}))
    async with programme.session() as session:
        await know(session, {"ada": {"recency_days": 90.0, "tier": "tin"}})
    await programme.calculate()
    async with programme.session() as session:
        await serve_churn(session)


async def test_async_processing_everybody_is_predicted_kept_and_polled_for(
    programme: Programme, client: httpx.AsyncClient
) -> None:
    asked = await client.post(f"{ROOT}/segments/1/ml/predict/", json={"type": "nbo", "async": True})
    assert asked.status_code == 202, asked.text
    where = asked.headers["Location"]
    await programme.work(asked.json()["job_id"])
    done = (await client.get(where)).json()
    made = done["result"]
    assert (done["state"], made["total_customers"], made["processed"], made["failed"]) == (
        "succeeded",
        COUNT,
        COUNT,
        15,
    )
    assert (made["warning"], made["has_more_results"], len(made["errors"])) == (None, True, 10)
    counts = Counter(best_offer(at) for at in range(COUNT) if at % 80 != 79)
    assert made["aggregated_stats"]["nbo"]["distribution"] == counts
    last = await client.get(where, params={"cursor": made["next_cursor"], "limit": 1000})
    more = last.json()["result"]["results"]
    last_page = await client.get(where, params={"cursor": last.json()["result"]["next_cursor"], "limit": 1000})
    total = len(made["results"]) + len(more) + len(last_page.json()["result"]["results"])
    assert total == COUNT - 15


@dataclass(frozen=True)
class Overtaken:
    """Scores in the scoring process, once another model has become the active one."""

    programme: Programme

    async def score(self, order: ScoringOrder, progress: Progress) -> Counted:
        async with self.programme.session() as session:
            await serve_churn(session, seed=8)
        return await self.programme.application.scoring.score(order, progress)


async def test_async_processing_a_model_that_is_activated_meanwhile_tells_nobody_of_that_run(
    programme: Programme,
) -> None:
    own = await programme.beside()
    await fill_small(own)
    client = await own.client()
    before = await predicted(client, "segments/1", "churn")
    asked = await client.post(f"{ROOT}/segments/1/ml/predict/", json={"type": "churn", "async": True})
    job = asked.json()["job_id"]
    async with own.session() as session:
        request = ScoreRequest(SegmentId("1"), PredictionType.CHURN)
        made = await score_segment(session, Overtaken(own), request, job, lambda share: None)
        now = await session.model("churn")
    assert (made.model_version, now.manifest.version) == (1, 2)
    assert made.stats.avg_probability == pytest.approx(before["results"][0]["churn"]["probability"], abs=1e-6)


# --- Comparison: Customer vs Segment Predictions ----------------------------------------------------------------------


async def test_comparison_a_customer_is_a_single_prediction_and_a_segment_a_sum(client: httpx.AsyncClient) -> None:
    one, many = await predicted(client, "customers/c0010", "churn"), await predicted(client, "segments/5", "churn")
    assert (one["customer_id"], "aggregated_stats" in one) == ("c0010", False)
    assert ("customer_id" in many, many["aggregated_stats"]["churn"]["avg_probability"] is None) == (False, False)
    assert many["thresholds"] == one["thresholds"] == {"high": 0.7, "medium": 0.4}


# --- Example Workflow -------------------------------------------------------------------------------------------------


async def test_monitor_segment_health_the_example_works_as_it_is_written(client: httpx.AsyncClient) -> None:
    assert (await stats_of(client, 5))["segment_name"] == "VIP Customers"


async def test_identify_at_risk_segments_the_example_works_as_it_is_written(client: httpx.AsyncClient) -> None:
    made = [await predicted(client, f"segments/{segment_id}", "churn") for segment_id in (1, 2, 3, 4, 5)]
    assert [each["segment_id"] for each in made] == [1, 2, 3, 4, 5]


async def test_create_targeted_campaigns_the_example_works_as_it_is_written(client: httpx.AsyncClient) -> None:
    made = await predicted(client, "segments/3", "nbo")
    assert (made["segment_name"], made["aggregated_stats"]["nbo"]["top_offers"][0][0]) == ("At Risk", "offer_1")


# --- Related Documentation --------------------------------------------------------------------------------------------


async def test_related_documentation_the_interface_describes_the_endpoints_and_their_fields(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/openapi.json")).json()
    predict = told["paths"][f"{ROOT}/segments/{{segment_id}}/ml/predict"]["post"]
    assert predict["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/SegmentPredictBody")
    assert f"{ROOT}/segments/{{segment_id}}/ml/stats" in told["paths"]
    described = told["components"]["schemas"]["SegmentPredictionShown"]["properties"]
    assert set(await predicted(client, "segments/1", "churn")) <= set(described)


# --- What the document leaves open: who may know of whom --------------------------------------------------------------


async def test_a_segment_and_a_job_of_somebody_else_are_not_there(
    programme: Programme, client: httpx.AsyncClient
) -> None:
    asked = await client.post(f"{ROOT}/segments/5/ml/predict/", json={"type": "rfm", "async": True})
    stranger = await (await programme.beside()).client()
    answers = [
        await stranger.post(f"{ROOT}/segments/5/ml/predict/", json={"type": "rfm"}),
        await stranger.get(f"{ROOT}/segments/5/ml/stats/"),
        await stranger.get(f"{ROOT}/segments/5/"),
        await stranger.get(asked.headers["Location"]),
    ]
    assert [each.status_code for each in answers] == [404] * 4
    assert (await client.get(asked.headers["Location"].replace("/5/", "/4/"))).status_code == 404


async def test_who_has_opted_out_is_predicted_in_no_segment(programme: Programme) -> None:
    own = await programme.beside()
    await fill_small(own)
    client = await own.client()
    async with own.session() as session:
        await session.set_consent(SubjectId("ada"), Consent(personalization_enabled=False))
    made = await predicted(client, "segments/1", "churn")
    assert (made["total_customers"], made["results"]) == (0, [])
    assert (await predicted(client, "customers/ada", "churn"))["churn"] == {"probability": None, "risk": None}
