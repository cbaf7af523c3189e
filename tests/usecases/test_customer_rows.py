"""What a source holds of a customer is read for their decisions, and for nobody's who opted out."""

import asyncio

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import NotYours
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import StoredFact
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.recommend import RecommendationRequest
from tests.customers import SHOP, storage_over, write_view
from tests.database import define, session_of

pytestmark = pytest.mark.anyio

ADA, BOB, NOBODY = SubjectId("ada"), SubjectId("bob"), SubjectId("nobody")
BIG = {"gt": ["total_revenue", 200]}
COLUMNS = {"total_revenue": "number", "customer_status": "string", "last_order_at": "timestamp"}


async def define_segment(session, segment_id, expr, **changed):
    rules = [{"rule_id": "r", "expr": expr}]
    await define(session, Kind.SEGMENT, segment_id, segment_id=segment_id, rules=rules, **changed)


@pytest.fixture
async def customers(database, tmp_path, namespace):
    """A process that reads the sources of a home of its own."""
    write_view(tmp_path, namespace)
    async with storage_over(database, tmp_path) as storage:
        yield storage


@pytest.fixture
async def session(customers, namespace):
    await customers.administration.create_namespace(namespace)
    session = await session_of(customers, namespace)
    await define(session, Kind.SOURCE, "shop", **SHOP)
    for name, kind in COLUMNS.items():
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="warehouse")
    await define(session, Kind.DEFAULTS, "defaults", audit="required")
    await define_segment(session, "big", BIG)
    return await session_of(customers, namespace)


async def test_a_decision_is_made_by_the_customers_row_and_keeps_the_values_that_it_read(session):
    decision = await usecases.decide(session, DecisionRequest(ADA))
    assert (decision.segment_id, decision.features) == ("big", {"total_revenue": 532.26})
    assert [each.code for each in decision.reasons] == ["segment_matched"]
    assert decision.facts_as_of is not None


async def test_each_request_of_a_batch_is_decided_by_its_own_customers_row(session):
    asked = [DecisionRequest(each) for each in (ADA, BOB, NOBODY, None)]
    decisions = await usecases.decide_many(session, asked)
    assert [each.segment_id for each in decisions] == ["big", "default", "default", "default"]
    assert [each.features for each in decisions] == [{"total_revenue": 532.26}, {"total_revenue": 120.5}, {}, {}]


async def test_a_decision_about_a_customer_whom_the_source_does_not_hold_names_no_moment_of_facts(session):
    asked = [DecisionRequest(each) for each in (ADA, NOBODY)]
    known, unknown = await usecases.decide_many(session, asked)
    assert (known.facts_as_of is None, unknown.facts_as_of) == (False, None)
    assert [each.code for each in unknown.reasons] == ["no_match"]


async def test_recommendations_are_decided_by_the_row_too(session):
    one = await usecases.recommend(session, RecommendationRequest(DecisionRequest(ADA)))
    (many,) = await usecases.recommend_many(session, [RecommendationRequest(DecisionRequest(ADA))])
    assert (one.decision.segment_id, many.decision.segment_id) == ("big", "big")


async def test_nothing_is_read_of_a_customer_who_opted_out(session):
    await session.set_consent(ADA, Consent(personalization_enabled=False))
    decision = await usecases.decide(session, DecisionRequest(ADA))
    (batched,) = await usecases.decide_many(session, [DecisionRequest(ADA)])
    assert [(each.segment_id, each.features) for each in (decision, batched)] == [("default", {})] * 2
    assert len(session._parts.customer_rows._cache) == 0


async def test_what_is_kept_of_a_customer_goes_when_they_opt_out(session):
    await usecases.decide_many(session, [DecisionRequest(ADA), DecisionRequest(BOB)])
    await session.set_consent(ADA, Consent(personalization_enabled=False))
    assert len(session._parts.customer_rows._cache) == 1


async def test_a_row_is_not_asked_for_while_no_active_rule_reads_one(session, customers, namespace):
    await define_segment(session, "big", BIG, active=False)
    session = await session_of(customers, namespace)
    await usecases.decide(session, DecisionRequest(ADA))
    assert len(session._parts.customer_rows._cache) == 0


async def test_a_dry_run_reads_the_row_though_no_active_rule_does(session, customers, namespace):
    await define_segment(session, "big", BIG, active=False)
    session = await session_of(customers, namespace)
    tried = await usecases.dry_run_rule(session, {"eq": ["customer_status", "active"]}, "dsl", DecisionRequest(ADA))
    assert tried.matched
    assert tried.sources["customer_status"] == "warehouse"


async def test_a_fact_that_is_stored_under_a_columns_name_does_not_count(session):
    await session.add_facts([StoredFact(BOB, "total_revenue", 999.0, Instant(0))])
    assert (await usecases.decide(session, DecisionRequest(BOB))).segment_id == "default"


async def test_a_request_may_carry_a_value_where_the_feature_lets_it(session, customers, namespace):
    revenue = {"name": "total_revenue", "type": "number", "source": "warehouse", "overridable": True}
    await define(session, Kind.FEATURE, "total_revenue", **revenue)
    session = await session_of(customers, namespace)
    decision = await usecases.decide(session, DecisionRequest(BOB, {"total_revenue": 300}))
    assert decision.segment_id == "big"


async def test_while_the_source_is_away_the_decision_is_stale_and_replays_so(session, tmp_path, customers, namespace):
    (tmp_path / "warehouse" / namespace / "shop" / "customer_features_view.parquet").unlink()
    decision = await usecases.decide(session, DecisionRequest(ADA))
    assert (decision.segment_id, [each.code for each in decision.reasons]) == ("default", ["no_match", "stale"])
    assert "none was known before" in decision.reasons[1].text
    (tried,) = (await usecases.simulate(session, DecisionRequest(ADA))).segments
    assert tried.why == "None of its rules matches; total_revenue could not be read in time."
    assert (await usecases.replay_decision(session, decision.decision_id)).equal


async def test_a_decision_replays_from_the_values_that_it_keeps_when_the_row_has_changed(session, tmp_path):
    decision = await usecases.decide(session, DecisionRequest(ADA))
    write_view(tmp_path, session.caller.namespace, "SELECT 'ada' AS customer_id, 1.0 AS total_revenue")
    session._parts.customer_rows.forget(session.caller.namespace)
    assert (await usecases.replay_decision(session, decision.decision_id)).equal


async def test_a_client_reads_its_own_row_and_no_other(session, customers, namespace):
    client = await session_of(customers, namespace, Role.CLIENT, "ada")
    assert (await usecases.decide(client, DecisionRequest())).segment_id == "big"
    assert (await usecases.customer_features(client, ADA)).values["total_revenue"] == 532.26
    with pytest.raises(NotYours):
        await usecases.customer_features(client, BOB)


async def test_two_requests_at_once_for_a_cold_customer_get_the_same_row(session):
    decisions = await asyncio.gather(*(usecases.decide(session, DecisionRequest(ADA)) for _ in range(5)))
    assert {each.segment_id for each in decisions} == {"big"}


async def test_stored_facts_alone_count_nobody_where_a_column_is_read_nor_who_is_first_after_it(session):
    await session.add_facts([StoredFact(BOB, "total_revenue", 999.0, Instant(0))])
    big, default = await usecases.count_matches(session, at=None)
    assert (big.matches, big.request_time) == (None, ("total_revenue",))
    assert (big.first_matches, default.first_matches) == (None, None)
