"""Requirement A, "Phased implementation": the metrics and the audit of Phase 2, and Phase 3."""

from collections.abc import AsyncIterator
from random import Random
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tessella import usecases
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.segments.proposing.search import Search
from tessella.ports import AuditQuery
from tessella.storage.sessions import StoredSession
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.recommend import RecommendationRequest
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.database import eventually
from tests.domain.ranking.catalogues import NOW
from tests.rankings import publish_index, shop_index
from tests.usecases.files import at, declare

pytestmark = pytest.mark.anyio

CUT = at("2017-12-04T05:00:00")
SHOPPERS = 600


@pytest.fixture
def duckdb():
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield DuckDBWarehouse(worker)


async def receipts() -> AsyncIterator[bytes]:
    """Whose home store is 31 comes back four times as often; recency, frequency, money and device say nothing."""
    chance = Random(11)
    for shopper in range(SHOPPERS):
        store, device = chance.choice(["31", "32", "33"]), chance.choice(["mobile", "desktop"])
        days = [-chance.randrange(1, 90) for _ in range(chance.randrange(1, 9))]
        if chance.random() < (0.8 if store == "31" else 0.2):
            days.append(chance.randrange(1, 27))
        for number, day in enumerate(days):
            properties = f'{{""store_id"":""{store}"",""device"":""{device}"",""department"":""DELI""}}'
            cells = f"{shopper}-{number},s{shopper},purchase,{CUT + day * DAY_US},milk,{chance.random():.2f}"
            yield f'{cells},"{properties}"\n'.encode()


@pytest.fixture
async def shoppers(stored: StoredSession) -> StoredSession:
    kind = {"kind": "top_value", "event_type": "purchase", "field": "device"}
    await declare(stored, "user.usual_device", "string", kind=kind)
    await stored.add_events_csv(receipts())
    return stored


async def test_a_small_classifier_proposes_segments_from_recency_frequency_money_categories_device_and_geography(
    shoppers, duckdb
):
    """Requirement A, Phase 3: "Train a small classifier to propose segments"."""
    found = await usecases.propose_segments(shoppers, duckdb, Search(CUT, category_field="department"))
    assert {
        "user.days_since_last_purchase", "user.receipt_lines_28d", "user.spend_28d_usd",
        "user.favourite_department_365d", "user.usual_device", "user.home_store_365d",
    } <= set(found.features)  # fmt: skip
    assert found.groups[0].rule == {"eq": ["user.home_store_365d", "31"]}
    assert found.groups[0].interval.holds(0.8)


async def test_it_is_used_only_to_propose_and_rules_still_decide(shoppers, duckdb):
    """Requirement A, Phase 3: "Use it only to propose; rules still decide"."""
    await usecases.compute_features(shoppers, duckdb, as_of=CUT)
    asked = [DecisionRequest(SubjectId(f"s{shopper}"), at=Instant(CUT)) for shopper in range(20)]
    before = [(await usecases.simulate(shoppers, each)).decision.segment_id for each in asked]
    saved = await usecases.save_proposals(shoppers, await usecases.propose_segments(shoppers, duckdb, Search(CUT)))
    assert saved.drafts
    assert [(await usecases.simulate(shoppers, each)).decision.segment_id for each in asked] == before


def seen(kind: str, decision_id: str) -> dict[str, object]:
    """An impression or a click of the first item of a list."""
    told = {"subject_id": "h1", "occurred_at": "2026-01-01T00:00:00Z", "properties": {"position": 1}}
    return {"event_id": str(uuid4()), "event_type": kind, "decision_id": decision_id, **told}


async def test_what_came_of_decisions_is_told_for_each_segment_apart_so_that_a_policy_can_learn_from_it(
    admin: httpx.AsyncClient,
):
    """Requirement A, step 6 and Phase 3: "Feed segment_id into the bandit context". Who chooses reads it here."""
    made = {}
    for tier in ("VIP", "new"):
        answers = [await admin.post("/api/v1/decide", json={"context": {"user": {"tier": tier}}}) for _ in range(2)]
        made[tier] = [answer.json()["decision_id"] for answer in answers]
    events = [seen("impression", each) for each in (*made["VIP"], *made["new"])]
    await admin.post("/api/v1/events", json={"events": [*events, seen("click", made["VIP"][0])]})

    async def rates() -> dict[str, tuple[int, int]]:
        rows = (await admin.get("/api/v1/ranking/outcomes", params={"by": "segment"})).json()["rows"]
        return {row["key"]: (row["impressions"], row["clicks"]) for row in rows}

    async def counted() -> bool:
        return await rates() == {"5": (2, 1), "2": (2, 0)}

    await eventually(counted, "each segment has its own counts")


async def test_the_simulator_shows_segment_effective_configuration_and_a_preview_of_the_list(stored: StoredSession):
    """Requirement A, Phase 2 and Admin UX, simulator: traits in, and nothing is recorded."""
    await publish_index(stored, shop_index())
    traits = DecisionRequest(None, {"user": {"tier": "VIP"}}, at=NOW)
    shown = await usecases.simulate_recommendation(stored, RecommendationRequest(traits))
    decision = shown.explanation.decision
    assert (decision.segment_id, decision.profile_id) == ("5", "vip-high-novelty")
    assert decision.config == {**decision.config, **stored.snapshot().definitions.profiles["vip-high-novelty"].knobs}
    assert [each.item_id for each in shown.ranking.items][:2] == ["tea", "milk"]
    await usecases.decide(stored, DecisionRequest(SubjectId("h1")))

    async def recorded() -> list[str]:
        rows, _ = await stored.audit(AuditQuery())
        return [row.decision_id for row in rows]

    async def is_written() -> bool:
        return await recorded() != []

    await eventually(is_written, "the decision that was made after it is recorded")
    assert len(await recorded()) == 1
    assert decision.decision_id not in await recorded()


async def test_metrics_count_decisions_by_segment_with_click_and_conversion_rates(admin: httpx.AsyncClient, namespace):
    """Requirement A, Phase 2: "counts by segment_id, CTR/CVR per segment (Prometheus labels)"."""
    made = [(await admin.post("/api/v1/decide", json={})).json()["decision_id"] for _ in range(4)]
    kinds = [("impression", made), ("click", made[:2]), ("conversion", made[:1])]
    events = [seen(kind, each) for kind, ids in kinds for each in ids]
    await admin.post("/api/v1/events", json={"events": events})

    async def figures() -> dict[str, float]:
        families = text_string_to_metric_families((await admin.get("/metrics")).text)
        samples = [sample for family in families for sample in family.samples]
        mine = {"namespace": namespace, "segment_id": "default"}
        return {sample.name: sample.value for sample in samples if sample.labels == mine}

    async def counted() -> bool:
        return (await figures()).get("tessella_conversions_total") == 1.0

    await eventually(counted, "all is counted")
    found = await figures()
    assert found["tessella_decisions_total"] == 4.0
    assert (found["tessella_segment_ctr"], found["tessella_segment_cvr"]) == (0.5, 0.5)
    (row,) = (await admin.get("/api/v1/ranking/outcomes", params={"by": "position"})).json()["rows"]
    assert (row["key"], row["impressions"], row["clicks"], row["conversions"]) == (1, 4, 2, 1)


async def test_an_investigation_finds_who_got_which_segment_and_profile_by_which_rule(admin: httpx.AsyncClient):
    """Requirement A, Phase 2: audit of "(user_hash, segment_id, profile_id, rule_id)"."""
    asked = {"subject_id": "h1", "context": {"user": {"tier": "VIP"}}}
    made = (await admin.post("/api/v1/decide", json=asked)).json()

    async def found() -> list[dict[str, object]]:
        return list((await admin.get("/api/v1/audit", params={"subject_id": "h1"})).json()["items"])

    async def is_written() -> bool:
        return await found() != []

    await eventually(is_written, "the decision is in the audit")
    (row,) = await found()
    assert (row["decision_id"], row["segment_id"], row["profile_id"], row["rule_id"]) == (
        made["decision_id"], "5", "vip-high-novelty", "vip-not-at-risk",
    )  # fmt: skip
    assert "h1" not in str(row)
    by_hash = (await admin.get("/api/v1/audit", params={"user_hash": row["user_hash"]})).json()["items"]
    assert by_hash == [row]
