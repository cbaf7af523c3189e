"""Requirement A, "Request pipeline" steps 1 to 5 and 7, over the real database."""

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant, SubjectId
from tessella.usecases.add_facts import SubjectValues
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.recommend import RecommendationRequest
from tests.database import session_of
from tests.rankings import bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

EVENING = Instant(1_782_846_000_000_000)  # 2026-06-30, 19:00 UTC
HOUSEHOLD = SubjectId("h1")
FACTS = {"user.tier": "returning", "user.evening_share_365d": 0.5, "user.last_play_ts": "2026-06-29T12:00:00Z"}


@pytest.fixture
async def household(stored, storage, namespace):
    """A session of a namespace in which one household has facts."""
    await usecases.add_facts(stored, [SubjectValues(HOUSEHOLD, FACTS, Instant(EVENING - 1))])
    return await session_of(storage, namespace)


def asked(**context: object) -> DecisionRequest:
    return DecisionRequest(HOUSEHOLD, context, at=EVENING)


async def test_the_context_is_put_together_from_the_request_the_stored_facts_and_the_clock(household):
    """Requirement A, Request pipeline, step 1: namespace, subject, traits, region, surface, time, session facts."""
    request = asked(ctx={"region": "FI", "surface": "home"}, session={"basket_value_usd": 12}, user={"tier": "new"})
    explanation = await usecases.simulate(household, request)
    assert explanation.sources == {
        "ctx.region": "request", "ctx.surface": "request", "session.basket_value_usd": "request",
        "user.tier": "request", "user.evening_share_365d": "fact", "user.last_play_ts": "fact",
        "ctx.hour": "clock", "ctx.time_of_day": "clock", "ctx.weekday": "clock", "subject_id": "request",
    }  # fmt: skip
    assert explanation.decision.subject_id == HOUSEHOLD
    assert explanation.decision.facts_as_of == EVENING - 1
    assert explanation.decision.segment_id == "2"


async def test_segments_are_tried_by_descending_priority(household):
    """Requirement A, Request pipeline, step 2."""
    tried = (await usecases.simulate(household, asked())).segments
    priorities = [each.priority for each in tried]
    assert priorities == sorted(priorities, reverse=True)
    assert [each.segment_id for each in tried][:3] == ["5", "3", "1"]


async def test_the_first_match_wins_and_the_others_that_match_are_told(household):
    """Requirement A, Request pipeline, step 2."""
    explanation = await usecases.simulate(household, asked(ctx={"surface": "home"}, user={"tier": "new"}))
    matched = {each.segment_id: each.why for each in explanation.segments if each.matched}
    assert explanation.decision.segment_id == "2"
    assert matched == {
        "2": "Chosen: the first segment in order of priority that matches.",
        "evening-home": 'It matches too, but "2" comes first.',
    }


async def test_without_a_match_the_segment_is_called_default(household):
    """Requirement A, Request pipeline, step 2."""
    decision = await usecases.decide(household, asked())
    assert (decision.segment_id, decision.rule_id, decision.reasons[0].code) == ("default", None, "no_match")


async def test_the_profile_is_that_of_the_segment(household):
    """Requirement A, Request pipeline, step 3."""
    decision = await usecases.decide(household, asked(user={"tier": "new"}))
    (profile,) = [
        each.body
        for each in await usecases.list_definitions(household, Kind.PROFILE)
        if each.identifier == decision.profile_id
    ]
    assert decision.profile_id == "new-household"
    assert {name: profile[name] for name in decision.config} == decision.config


async def test_defaults_segment_and_overrides_make_the_configuration(household):
    """Requirement A, Request pipeline, step 4."""
    partly = {"segment_id": "partly", "profile_id": "partly", "priority": 999, "rules": [{"rule_id": "r", "expr": {}}]}
    profile = {"profile_id": "partly", "mmr_lambda": 0.5}
    await usecases.save_definition(household, Kind.PROFILE, "partly", profile, expected_version=0)
    await usecases.save_definition(household, Kind.SEGMENT, "partly", partly, expected_version=0)
    decision = await usecases.decide(household, DecisionRequest(HOUSEHOLD, overrides={"brand_cap": 1}, at=EVENING))
    layers = {name: (decision.config[name], decision.provenance[name]) for name in ("alpha", "mmr_lambda", "brand_cap")}
    assert layers == {"alpha": (0.6, "namespace"), "mmr_lambda": (0.5, "profile"), "brand_cap": (1, "request")}


async def test_the_explanation_names_the_segment_the_profile_and_the_rule(household):
    """Requirement A, Request pipeline, step 7."""
    explanation = await usecases.decide_explained(household, asked(user={"tier": "VIP"}))
    decision = explanation.decision
    assert (decision.segment_id, decision.profile_id, decision.rule_id) == ("5", "vip-high-novelty", "vip-not-at-risk")
    reason, of_the_row = decision.reasons
    assert of_the_row.code == "stale"  # the view that segments read has no file here
    assert reason.detail == {"segment_id": "5", "rule_id": "vip-not-at-risk", "priority": 900}
    winner = next(each for each in explanation.segments if each.segment_id == "5")
    tier, not_at_risk = winner.rules[0].tree.children
    assert (tier.op, tier.feature, tier.operand, tier.value, tier.truth) == ("eq", "user.tier", "VIP", "VIP", "true")
    assert (not_at_risk.op, not_at_risk.truth) == ("not", "true")


async def test_items_are_ranked_by_the_effective_configuration(household):
    """Requirement A, Request pipeline, step 5: of the segment's profile, and of what the request says instead."""
    await publish_index(household, shop_index())
    vip = RecommendationRequest(asked(user={"tier": "VIP"}))
    made = await usecases.recommend_explained(household, vip)
    weights = {term.signal: term.weight for term in made.ranking.trace.items[0].terms}
    config = made.explanation.decision.config
    assert (made.explanation.decision.profile_id, config["category_cap"]) == ("vip-high-novelty", 3)
    assert [weights[each] for each in ("popularity", "co_visitation", "embedding", "own_history")] == [
        config[knob] for knob in ("alpha", "beta", "gamma", "delta")
    ]
    decision = DecisionRequest(HOUSEHOLD, {"user": {"tier": "VIP"}}, overrides={"category_cap": 1}, at=EVENING)
    capped = await usecases.recommend(household, RecommendationRequest(decision))
    assert {"cake", "biscuit"} <= {each.item_id for each in made.ranking.items}
    assert "biscuit" not in [item_id for item_id, _ in capped.decision.items]


async def test_the_why_of_a_list_names_the_segment_and_the_profile_beside_the_reasons_of_each_item(household):
    """Requirement A, Request pipeline, step 7; Testing & guardrails, explainability: reason tags."""
    await publish_index(household, shop_index())
    await household.add_events(bought(HOUSEHOLD, "tea"))
    made = await usecases.recommend_explained(household, RecommendationRequest(asked(user={"tier": "VIP"})))
    decision = made.explanation.decision
    assert (decision.segment_id, decision.profile_id) == ("5", "vip-high-novelty")
    reasons = {each.item_id: each.reasons for each in made.ranking.items}
    assert reasons["biscuit"] == ("co_visitation", "popularity")
    assert "tea" not in reasons
    assert ("eligibility", "excluded_purchased", ("tea",)) in [
        (each.step, each.reason, each.item_ids) for each in made.ranking.trace.fell_out
    ]
