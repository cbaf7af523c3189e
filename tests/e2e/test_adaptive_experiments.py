"""Requirement B, "Sistema de Segmentación Auto-Adaptativa", section by section, against one application.

How each part does what it does is tested with that part; here is what the document's reader does. Of its Python only
the line that imports is another one, and where it leaves a gap (`[...]`, `{experiment_id}`) something is filled in.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from pydantic import SecretStr

import tessella
from tessella import usecases
from tessella.domain.identifiers import ExperimentId, Json, Namespace, Role
from tessella.experiments import (
    ChannelType,
    ClusteringService,
    ContextExtractor,
    EligibilityService,
    SegmentationService,
    SegmentedExperimentService,
)
from tessella.http.app import create_app
from tessella.sdk.open import Tessella
from tessella.settings import Settings
from tessella.usecases.experiments.assigning.allocate import Allocation
from tests.database import Dsns, scoped
from tests.e2e.adaptive import VARIANTS, Adaptive
from tests.experiments import make_old
from tests.notify.test_mail import Box, mail_server
from tests.planted import plant, traffic

pytestmark = pytest.mark.anyio

#: Draws depend on it, so that it is always the same.
SHOP = Namespace("adaptive")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
#: Rates by source and variant: each source has a best variant of its own.
WORTH_IT = {"instagram": [0.06, 0.06, 0.12], "google": [0.06, 0.12, 0.06]}
#: What an auditor must find in no answer.
SECRETS = re.compile(r"alpha|beta|thompson|posterior_state|algorithm_state|model_data|weights|propensit", re.IGNORECASE)


@pytest.fixture(scope="module")
def box() -> Box:
    """What the mail server took."""
    return Box()


@pytest.fixture(scope="module")
async def adaptive(
    anyio_backend: str, database: Dsns, tmp_path_factory: pytest.TempPathFactory, box: Box
) -> AsyncIterator[Adaptive]:
    home = tmp_path_factory.mktemp("adaptive")
    async with AsyncExitStack() as opened:
        port = await opened.enter_async_context(mail_server(box))
        settings = Settings(
            home=home, database_url=SecretStr(database.app), smtp_host="127.0.0.1", smtp_port=port,
            smtp_security="none", mail_from="tess@example.com", mail_to="ops@example.com", mail_language="es",
        )  # fmt: skip
        db = await opened.enter_async_context(tessella.open(SHOP, settings=settings))
        key = await db.application.administration.create_key(SHOP, Role.ADMIN)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(db.application), raise_app_exceptions=False),
            base_url="http://localhost:8000", headers={"Authorization": f"Bearer {key}"},
        )  # fmt: skip
        yield Adaptive(db, await opened.enter_async_context(client), database)


@pytest.fixture(scope="module")
def db(adaptive: Adaptive) -> Tessella:
    """As the document's code calls it."""
    return adaptive.db


def by_source(rates: Mapping[str, Mapping[str, float]]) -> Any:
    """The truth of a source and a variant."""

    def rate(given: Allocation) -> float:
        assert given.assignment is not None
        return rates[str(given.assignment.context["source"])].get(given.variant.name, 0.3)

    return rate


# --- Archivos creados -------------------------------------------------------------------------------------------------

COLUMNS = {
    "experiment_segmentation_config": "experiment_id, mode, segment_by, min_samples_per_segment, "
    "auto_activation_enabled, auto_activation_threshold",
    "experiment_segments": "experiment_id, segment_key, display_name, allocations, conversion_rate",
    "element_variants": "experiment_id, variant_id, segment_key, allocations, conversions",
    "assignments": "experiment_id, user_identifier, variant_id, segment_key, context, assigned_at",
    "experiment_traffic_stats": "experiment_id, hour, users",
    "clustering_models": "experiment_id, version, trained_at, clusters",
    "segmentation_recommendations": "recommendation_id, experiment_id, state, mode, segment_by, evidence",
}


@pytest.mark.parametrize("table", COLUMNS)
async def test_database_schema_each_table_can_be_read_under_its_name(adaptive: Adaptive, table: str) -> None:
    sql(adaptive, f"SELECT {COLUMNS[table]} FROM {table}")
    readable = sql(adaptive, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")
    assert {*COLUMNS[table].split(", ")} <= {name for (name,) in readable}


def sql(adaptive: Adaptive, statement: str) -> list[Any]:
    """As psql runs it, with the schema on its path."""
    with scoped(adaptive.database.app, SHOP, Role.ADMIN) as connection:
        connection.execute("SET LOCAL search_path TO tessella")
        return connection.execute(statement).fetchall()


async def test_api_endpoints_the_interface_describes_them_all(adaptive: Adaptive) -> None:
    paths = (await adaptive.client.get("/openapi.json")).json()["paths"]
    root = "/api/v1/segmentation/{experiment_id}"
    documented = {
        ("get", "/config"), ("put", "/config"), ("get", "/eligibility"), ("get", "/segments"),
        ("get", "/clustering/status"), ("post", "/clustering/train"), ("get", "/recommendations"),
        ("post", "/recommendations/{recommendation_id}/accept"), ("get", "/metrics"),
        ("post", "/recommendations/{recommendation_id}/dismiss"),
    }  # fmt: skip
    assert {(verb, path) for verb, path in documented if verb not in paths.get(root + path, {})} == set()


# --- Quick start ------------------------------------------------------------------------------------------------------


async def test_restart_and_test_the_curl_line_tells_whether_segments_are_worth_it(adaptive: Adaptive) -> None:
    experiment_id = await adaptive.created("quick-start")
    answer = await adaptive.client.get(f"http://localhost:8000/api/v1/segmentation/{experiment_id}/eligibility")
    told = answer.json()
    assert (told["eligible_for_segmentation"], told["state"], told["recommendations"]) == (False, "collecting", [])
    assert told["explanation"]["en"]


# --- Casos de uso -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Learned:
    """What came of an experiment whose best variant is another one for each source."""

    experiment_id: str
    #: What holds once segments were chosen.
    config: Mapping[str, Json]
    #: Who came once it had learned.
    later: Sequence[Allocation]
    #: Before anything was known, and once all rewards had come.
    metrics_before: Any
    metrics: Any


@pytest.fixture(scope="module")
async def learned(adaptive: Adaptive) -> Learned:
    """Two waves of visitors: the first one at random and planted, the second one by what was learned from it."""
    experiment_id = await adaptive.created("caso-1", variants=VARIANTS[1:], expected=0.3)
    wanted = {"mode": "manual", "segment_by": ["source"], "min_samples_per_segment": 100}
    config = (await adaptive.client.put(f"/api/v1/segmentation/{experiment_id}/config", json=wanted)).json()
    before = await adaptive.get(f"{experiment_id}/metrics")
    hints = {"instagram": [0.30, 0.33], "google": [0.31, 0.30]}
    plant(adaptive.database.superuser, SHOP, experiment_id, hints, 800, segments=True)
    await refreshed(adaptive, experiment_id)
    contexts = [{"utm_source": ("instagram", "google")[at % 2]} for at in range(1000)]
    truth = by_source({"instagram": {"Variant B": 0.6}, "google": {"Variant A": 0.5}})
    later = await adaptive.visit(experiment_id, contexts, truth, seed=2)
    make_old(adaptive.database.superuser, SHOP)
    await refreshed(adaptive, experiment_id)
    return Learned(experiment_id, config, later, before, await adaptive.get(f"{experiment_id}/metrics"))


async def refreshed(adaptive: Adaptive, experiment_id: str) -> None:
    answer = await adaptive.client.post(f"/api/v1/experiments/{experiment_id}/refresh")
    assert answer.status_code == 200, answer.text


async def test_caso_1_manual_segmentation_learns_a_best_variant_for_each_source(
    adaptive: Adaptive, learned: Learned
) -> None:
    wanted = {"mode": "manual", "segment_by": ["source"], "min_samples_per_segment": 100}
    assert {name: learned.config[name] for name in wanted} == wanted
    best = {
        source: Counter(each.variant.name for each in learned.later if each.segment_key == f"source:{source}")
        for source in ("instagram", "google")
    }
    assert best["instagram"].most_common(1)[0][0] == "Variant B"
    assert best["google"].most_common(1)[0][0] == "Variant A"
    segments = {each["segment_key"]: each for each in await adaptive.get(f"{learned.experiment_id}/segments")}
    assert set(segments) == {"source:instagram", "source:google"}
    assert segments["source:instagram"]["conversion_rate"] > segments["source:google"]["conversion_rate"]


async def test_caso_2_auto_finds_and_names_clusters_by_itself(adaptive: Adaptive) -> None:
    experiment_id = await adaptive.created("caso-2")
    config = {"mode": "auto", "auto_clustering_enabled": True}
    answer = await adaptive.client.put(f"/api/v1/segmentation/{experiment_id}/config", json=config)
    assert {name: answer.json()[name] for name in config} == config
    train = f"/api/v1/segmentation/{experiment_id}/clustering/train"
    refused = await adaptive.client.post(train)
    assert refused.status_code == 409, refused.text

    phone, desk = {"utm_source": "instagram", "user_agent": PHONE}, {"utm_source": "google", "device": "desktop"}
    visitors = [phone] * 5 + [desk] * 4 + [{"utm_source": "google", "device": "mobile"}]
    await adaptive.visit(experiment_id, visitors * 110, lambda _: 0.1, seed=3)
    asked = await adaptive.client.post(train)
    assert asked.status_code == 202, asked.text
    await adaptive.work(asked.json()["run_id"])
    status = await adaptive.get(f"{experiment_id}/clustering/status")
    assert (status["status"], status["stale"], status["assignments"]) == ("trained", False, 1100)
    assert {each["name"] for each in status["clusters"]} == {"Instagram mobile users", "Google desktop users"}
    assert await ClusteringService(adaptive.db.pool).status(experiment_id) == status
    given = await adaptive.visit(experiment_id, [phone, desk], lambda _: 0.1, seed=4)
    assert {each.segment_key for each in given} == {each["segment_key"] for each in status["clusters"]}


async def test_caso_3_set_and_forget_switches_itself_on_at_the_threshold_and_sends_an_e_mail(
    adaptive: Adaptive, box: Box
) -> None:
    """A day of 500 visitors is not enough; one of 1,200 is, as evidence speaks for it."""
    body = {
        "name": "Homepage Test", "variants": VARIANTS,
        "config": {"segmentation": {"enabled": False, "auto_activation": True, "auto_activation_threshold": 1000}},
    }  # fmt: skip
    made = (await adaptive.client.post("/api/v1/experiments", json=body)).json()
    experiment_id = made["experiment_id"]
    assert [each["name"] for each in made["variants"]] == ["Control", "Variant A", "Variant B"]
    plant(adaptive.database.superuser, SHOP, experiment_id, WORTH_IT, 1000)

    traffic(adaptive.database.superuser, SHOP, experiment_id, 500)
    assert await checked(adaptive, experiment_id) == "disabled"
    traffic(adaptive.database.superuser, SHOP, experiment_id, 1200)
    assert await checked(adaptive, experiment_id) == "manual"
    config = await adaptive.get(f"{experiment_id}/config")
    assert (config["segment_by"], config["enabled"]) == (["source"], True)
    deliveries = adaptive.db.application.deliveries()
    await deliveries.begin()
    await deliveries.settle()
    (message,) = [each for each in box.messages if "Homepage Test" in each["Subject"]]
    text = message.get_content()
    assert "se ha activado la segmentación" in message["Subject"]
    assert ("1.200" in text or "1200" in text, "Mejora esperada" in text) == (True, True)


async def checked(adaptive: Adaptive, experiment_id: str) -> str:
    """What the job of every six hours does; the mode after it."""
    async with adaptive.db.session() as session:
        await usecases.check_experiments(session, ExperimentId(experiment_id))
    config = await adaptive.get(f"{experiment_id}/config")
    return str(config["mode"])


# --- Configuración detallada ------------------------------------------------------------------------------------------


async def test_configuracion_por_experimento_the_snippet_creates_a_running_experiment(db: Tessella) -> None:
    service = SegmentedExperimentService(db)

    result = await service.create_experiment(
        user_id="user_123",
        name="Homepage CTA Test",
        variants_data=[
            {"name": "Control", "content": {"text": "Sign Up"}},
            {"name": "Variant A", "content": {"text": "Get Started"}},
            {"name": "Variant B", "content": {"text": "Try Free"}},
        ],
        config={
            "segmentation": {
                "enabled": True,
                "mode": "manual",  # 'disabled', 'manual', 'auto'
                "segment_by": ["source", "device"],
                "min_samples_per_segment": 100,
                "auto_activation": True,
                "auto_activation_threshold": 1000,
            }
        },
    )

    assert (result["name"], result["status"]) == ("Homepage CTA Test", "running")
    assert [each["name"] for each in result["variants"]] == ["Control", "Variant A", "Variant B"]


async def test_usar_servicio_segmentado_the_snippet_tells_the_variant_and_the_segment(
    adaptive: Adaptive, db: Tessella
) -> None:
    await adaptive.created("exp_123", segmentation={"mode": "manual", "segment_by": ["source", "device"]})
    service = SegmentedExperimentService(db)

    result = await service.allocate_user_to_variant(
        experiment_id="exp_123",
        user_identifier="user_456",
        context={
            'utm_source': 'instagram',
            'utm_medium': 'social',
            'device': 'mobile'
        },
        channel=ChannelType.WEB
    )  # fmt: skip

    assert result["segment_key"] == "source:instagram|device:mobile"
    assert result["variant"]["content"] in [each["content"] for each in VARIANTS]
    body = {"user_identifier": "user_456", "context": {"utm_source": "google"}, "channel": "WEB"}
    again = (await adaptive.client.post("/api/v1/experiments/exp_123/allocate", json=body)).json()
    assert {name: again[name] for name in ("variant_id", "variant", "segment_key")} == {
        name: result[name] for name in ("variant_id", "variant", "segment_key")
    }


async def test_context_multi_canal_the_snippet_brings_every_channel_into_one_record() -> None:
    extractor = ContextExtractor()
    web_context = extractor.extract(
        ChannelType.WEB,
        {
            'utm_source': 'instagram',
            'user_agent': 'Mozilla/5.0...',
            'country_code': 'ES'
        }
    )  # fmt: skip
    email_context = extractor.extract(
        ChannelType.EMAIL,
        {
            'list_id': 'newsletter_premium',
            'engagement_score': 0.8,
            'previous_opens': 15,
            'campaign_id': 'summer_promo'
        }
    )  # fmt: skip
    funnel_context = extractor.extract(
        ChannelType.FUNNEL,
        {
            'funnel_id': 'checkout',
            'current_stage': 'payment',
            'drop_risk': 0.3,
            'time_in_funnel': 45  # minutes
        }
    )  # fmt: skip
    uniform = {"channel", "source", "device", "hour", "is_weekend"}
    assert all(uniform <= each.keys() for each in (web_context, email_context, funnel_context))
    assert (web_context["channel"], web_context["source"], web_context["country"]) == ("web", "instagram", "ES")
    assert (email_context["source"], email_context["engagement_score"]) == ("newsletter_premium", 0.8)
    assert (funnel_context["source"], funnel_context["time_in_funnel"]) == ("checkout", 45)


# --- Performance y benchmarks: expected lift --------------------------------------------------------------------------


async def test_below_1000_a_day_there_are_insights_by_source_and_device_and_no_segments(adaptive: Adaptive) -> None:
    """What segments bring at each tier of traffic is measured: docs/explanation/experiments.md has the table."""
    experiment_id = await adaptive.created("context-aware")
    visits = [{"utm_source": ("instagram", "google")[at % 2], "device": "mobile"} for at in range(40)]
    given = await adaptive.visit(experiment_id, visits, lambda _: 0.5, seed=7)
    await refreshed(adaptive, experiment_id)
    assert {each.segment_key for each in given} == {"default"}
    seen = {each["segment_key"]: each for each in await adaptive.get(f"{experiment_id}/segments")}
    assert {key: each["allocations"] for key, each in seen.items()} == {
        "source:google": 20, "source:instagram": 20, "device:mobile": 40,
    }  # fmt: skip
    assert all(each["insight_only"] for each in seen.values())
    metrics = await adaptive.get(f"{experiment_id}/metrics")
    assert (metrics["mode"], metrics["segments_count"], metrics["avg_lift"]) == ("disabled", 0, None)


# --- Seguridad --------------------------------------------------------------------------------------------------------


async def test_estado_thompson_no_answer_tells_what_is_believed_of_a_variant(adaptive: Adaptive) -> None:
    experiment_id = await adaptive.created("sealed", segmentation={"mode": "manual", "segment_by": ["source"]})
    contexts: list[Mapping[str, Json]] = [{"utm_source": ("mail", "shop")[at % 2]} for at in range(300)]
    await adaptive.visit(experiment_id, contexts, lambda _: 0.3, seed=5)
    answers = [
        await adaptive.client.post(f"/api/v1/experiments/{experiment_id}/refresh"),
        await adaptive.client.get(f"/api/v1/experiments/{experiment_id}/results"),
        await adaptive.client.post(f"/api/v1/experiments/{experiment_id}/allocate", json={"user_identifier": "ann"}),
        *[await adaptive.client.get(f"/api/v1/segmentation/{experiment_id}/{name}")
          for name in ("segments", "metrics", "eligibility", "config", "recommendations", "clustering/status")],
    ]  # fmt: skip
    assert [each.status_code for each in answers] == [200] * len(answers)
    assert [found for each in answers for found in SECRETS.findall(each.text)] == []
    (segment, _) = answers[3].json()
    assert (segment["allocations"], 0.2 < segment["conversion_rate"] < 0.4) == (150, True)


async def test_segmentos_no_exponen_algoritmo_segments_are_public_and_the_state_is_not(adaptive: Adaptive) -> None:
    sql(adaptive, "SELECT segment_key, display_name, conversion_rate FROM experiment_segments;")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql(adaptive, "SELECT algorithm_state FROM element_variants;")


async def test_clustering_models_are_sealed_and_read_by_the_server_only(adaptive: Adaptive) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql(adaptive, "SELECT model_data FROM clustering_models;")


# --- Testing ----------------------------------------------------------------------------------------------------------


async def test_test_1_context_extraction() -> None:
    extractor = ContextExtractor()
    context = extractor.extract(
        ChannelType.WEB,
        {'utm_source': 'instagram', 'user_agent': '...'}
    )  # fmt: skip

    assert context['source'] == 'instagram'  # fmt: skip
    assert context['device'] in ['mobile', 'desktop', 'tablet']  # fmt: skip


async def test_test_2_segmentation(db: Tessella) -> None:
    service = SegmentationService(db.pool)
    segment_key = service._build_manual_segment_key(
        {'source': 'instagram', 'device': 'mobile'},
        ['source', 'device']
    )  # fmt: skip

    assert segment_key == 'source:instagram|device:mobile'  # fmt: skip


async def test_test_3_eligibility(adaptive: Adaptive, db: Tessella) -> None:
    """Source says what works: the truth is planted, as of visitors whose rewards have all come."""
    experiment_id = await adaptive.created("test-3")
    plant(adaptive.database.superuser, SHOP, experiment_id, WORTH_IT, 1000)

    service = EligibilityService(db.pool)
    result = await service.check_experiment_eligibility(experiment_id)

    assert result['eligible_for_segmentation'] is True  # fmt: skip
    assert len(result['recommendations']) > 0  # fmt: skip

    assert await adaptive.get(f"{experiment_id}/eligibility") == result


async def test_test_4_end_to_end(db: Tessella) -> None:
    # Create experiment with segmentation
    service = SegmentedExperimentService(db)

    result = await service.create_experiment(
        user_id="test_user",
        name="Test Experiment",
        variants_data=VARIANTS,
        config={'segmentation': {'enabled': True, 'mode': 'manual', 'segment_by': ['source']}}
    )  # fmt: skip

    # Allocate user
    allocation = await service.allocate_user_to_variant(
        experiment_id=result['experiment_id'],
        user_identifier="test_user_1",
        context={'source': 'instagram'},
        channel=ChannelType.WEB
    )  # fmt: skip

    assert allocation['segment_key'] == 'source:instagram'  # fmt: skip


# --- Métricas y monitoring --------------------------------------------------------------------------------------------


async def test_dashboard_metrics_a_lift_is_null_until_it_is_known_and_then_has_an_interval(learned: Learned) -> None:
    unknown, known = learned.metrics_before, learned.metrics
    assert (unknown["mode"], unknown["segments_count"], unknown["avg_lift"]) == ("manual", 0, None)
    assert (unknown["best_segment"], unknown["avg_lift_status"]) == (None, "not_yet_known")
    assert (known["mode"], known["segments_count"]) == ("manual", 2)
    low, high = known["avg_lift_interval"].values()
    assert 0 < low < known["avg_lift"] < high
    best = known["best_segment"]
    assert (best["name"], best["conversion_rate"] > 0.3, best["lift"] > 0) == ("source google", True, True)


async def alerts(adaptive: Adaptive, experiment_id: str) -> dict[str, Any]:
    """Those that a look finds, which cron has done, by rule."""
    async with adaptive.db.session() as session:
        await usecases.check_alerts(session, ExperimentId(experiment_id))
    found = (await adaptive.client.get("/api/v1/alerts", params={"limit": 100})).json()["items"]
    return {each["rule"]: each for each in found if each["key"].partition(":")[0] == experiment_id}


async def test_alert_1_a_segment_far_below_the_others_is_told_once_and_acknowledged(adaptive: Adaptive) -> None:
    experiment_id = await adaptive.created("alert-1", segmentation={"mode": "manual", "segment_by": ["source"]})
    rates = {"instagram": [0.2, 0.2, 0.2], "google": [0.2, 0.2, 0.2], "late-night": [0.04, 0.04, 0.04]}
    plant(adaptive.database.superuser, SHOP, experiment_id, rates, 500, segments=True)
    found = (await alerts(adaptive, experiment_id))["experiment_segment_low"]
    assert found["key"] == "alert-1: source:late-night"
    assert "4.00%" in found["detail"]
    path = f"/api/v1/alerts/{found['alert_id']}/acknowledge"
    assert (await adaptive.client.post(path)).json()["state"] == "acknowledged"
    again = (await alerts(adaptive, experiment_id))["experiment_segment_low"]
    assert (again["alert_id"], again["state"]) == (found["alert_id"], "acknowledged")


async def test_alert_2_an_activation_that_is_due_and_did_not_happen_is_told(adaptive: Adaptive) -> None:
    segmentation: Json = {"enabled": False, "auto_activation": True, "auto_activation_threshold": 1000}
    experiment_id = await adaptive.created("alert-2", segmentation=segmentation)
    plant(adaptive.database.superuser, SHOP, experiment_id, WORTH_IT, 1000)
    traffic(adaptive.database.superuser, SHOP, experiment_id, 1200)
    assert await adaptive.get(f"{experiment_id}/recommendations") != []
    assert (await adaptive.get(f"{experiment_id}/eligibility"))["eligible_for_segmentation"] is True
    assert await alerts(adaptive, experiment_id) == {}
    aged = "UPDATE tessella.segmentation_recommendations SET created_at = created_at - interval '8 hours'"
    with psycopg.connect(adaptive.database.superuser) as connection:
        connection.execute(f"{aged} WHERE namespace = %s AND experiment_id = %s", [SHOP, experiment_id])
    assert "experiment_activation_failed" in await alerts(adaptive, experiment_id)


async def test_alert_3_clusters_that_nobody_has_trained_for_a_week_are_told(adaptive: Adaptive) -> None:
    experiment_id = await adaptive.created("alert-3", segmentation={"mode": "auto"})
    trained = """
        INSERT INTO tessella.experiment_clusters VALUES (%s, %s, 1, 'active', now() - interval '8 days', 1000, '[]')
    """
    with psycopg.connect(adaptive.database.superuser) as connection:
        connection.execute(trained, [SHOP, experiment_id])
    assert "experiment_clusters_stale" in await alerts(adaptive, experiment_id)
    assert (await adaptive.get(f"{experiment_id}/clustering/status"))["stale"] is True


async def test_a_recommendation_is_accepted_with_its_config_in_one_publish(adaptive: Adaptive) -> None:
    (open_one,) = [each for each in (await adaptive.get("alert-2/recommendations"))["items"] if each["state"] == "open"]
    path = f"/api/v1/segmentation/alert-2/recommendations/{open_one['recommendation_id']}"
    accepted = await adaptive.client.post(f"{path}/accept")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    config = await adaptive.get("alert-2/config")
    assert (config["mode"], config["segment_by"]) == ("manual", ["source"])
    assert (await adaptive.client.post(f"{path}/dismiss")).status_code == 409


# --- Troubleshooting --------------------------------------------------------------------------------------------------


async def test_segmentation_not_activating_traffic_and_config_are_read_as_written(adaptive: Adaptive) -> None:
    await adaptive.created("exp_xxx")
    await adaptive.visit("exp_xxx", [{"utm_source": "mail"}] * 3, lambda _: 0.0, seed=6)
    (stats,) = sql(
        adaptive,
        """
        SELECT * FROM experiment_traffic_stats
        WHERE experiment_id = 'exp_xxx';
        """,
    )
    assert stats[-1] == 3
    (config,) = sql(
        adaptive,
        """
        SELECT * FROM experiment_segmentation_config
        WHERE experiment_id = 'exp_xxx';
        """,
    )
    assert "disabled" in config


async def test_clustering_training_fails_assignments_and_their_contexts_are_read_as_written(
    adaptive: Adaptive, learned: Learned
) -> None:
    assert sql(adaptive, f"SELECT COUNT(*) FROM assignments\nWHERE experiment_id = '{learned.experiment_id}';") == [
        (1000,)
    ]
    contexts = sql(adaptive, "SELECT context FROM assignments LIMIT 10;")
    assert len(contexts) == 10
    assert all({"channel", "source", "device", "hour"} <= each.keys() for (each,) in contexts)


async def test_performance_degradation_the_sizes_of_tables_are_read_as_written(adaptive: Adaptive) -> None:
    found = sql(
        adaptive,
        """
        SELECT
          schemaname, tablename,
          pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename))
        FROM pg_tables
        WHERE tablename LIKE '%segment%';
        """,
    )
    assert {"experiment_segments", "segmentation_recommendations"} <= {table for _, table, _ in found}
