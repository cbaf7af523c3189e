"""Requirement A, "What a Segment Profile is", "How a segment is chosen" and "Request-time precedence"."""

from datetime import UTC, datetime

import pytest

from tessella import Engine
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.ranking.knobs import DEFAULTS, GROUPS, KNOBS
from tessella.settings import env_knobs

NEW_YEAR = datetime(2018, 1, 1, 5, tzinfo=UTC)
VIP = {"user": {"tier": "VIP", "ltv_eur": 6591.35, "unusual_silence": 0.0}}
HIGH_VALUE = {"active_products_count": 66, "customer_status": "active", "total_revenue": 2415.56}


def with_rule(demo: Engine, expr: object, *, priority: int = 1000) -> Engine:
    """The demo with one more segment, `tried`, before all others."""
    written = {"segment_id": "tried", "priority": priority, "profile_id": "win-back"}
    segment = read_definition(Kind.SEGMENT, {**written, "rules": [{"rule_id": "r", "expr": expr}]})
    return Engine.of(demo.snapshot.definitions.with_definition(Kind.SEGMENT, "tried", segment))


def chosen(engine: Engine, context: dict, now: datetime = NEW_YEAR) -> str:
    return engine.decide(context, now=now).segment_id


# --- What a Segment Profile is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "knobs"),
    [
        ("blend", {"alpha": 0.8, "beta": 0.2, "gamma": 0.4}),
        ("diversity", {"mmr_lambda": 0.6}),
        ("caps", {"brand_cap": 2, "category_cap": 3}),
        ("personalization", {"profile_boost": 0.25, "profile_window_days": 30, "profile_top_n": 12}),
        ("windows", {"half_life_days": 3.0, "co_vis_window_days": 14}),
        ("rules", {"rule_exclude_purchased": True, "purchased_window_days": 7}),
    ],
)
def test_a_profile_is_a_named_bundle_of_ranking_knobs(group, knobs):
    """Requirement A, What a Segment Profile is: each knob of the list, flat or in its group."""
    nested = read_definition(Kind.PROFILE, {"profile_id": "p", group: knobs})
    assert nested == read_definition(Kind.PROFILE, {"profile_id": "p", **knobs})
    assert (nested.profile_id, nested.knobs) == ("p", knobs)


def test_beside_the_knobs_of_the_list_there_are_two_for_what_a_subject_bought_before():
    """Requirement A, What a Segment Profile is."""
    assert len(KNOBS) == 15
    assert {"delta", "own_half_life_days"} <= set(KNOBS)
    assert GROUPS == ("blend", "diversity", "caps", "personalization", "windows", "rules")


def test_the_profile_is_selected_per_request_by_the_segment_that_matches(demo):
    """Requirement A, What a Segment Profile is: the same household, two requests, two profiles."""
    household = {"user": {"last_play_ts": "2017-11-01T12:00:00Z", "days_since_last_purchase": 60}}
    at_home = demo.decide({**household, "ctx": {"region": "FI", "surface": "home"}}, now=NEW_YEAR)
    regular = {"user": {"baskets_365d": 50, "average_basket_usd": 80}}
    shopping = demo.decide({**regular, "ctx": {"region": "FI", "surface": "home"}}, now=NEW_YEAR)
    assert (at_home.segment_id, at_home.profile_id) == ("home-return-fi", "win-back")
    assert (shopping.segment_id, shopping.profile_id) == ("big-basket", "stock-up")


def test_the_configuration_to_rank_with_holds_the_knobs_of_the_profile(demo):
    """Requirement A, What a Segment Profile is."""
    decision = demo.decide(VIP, now=NEW_YEAR)
    profile = demo.snapshot.definitions.profiles["vip-high-novelty"]
    assert decision.config == {**DEFAULTS, **profile.knobs}
    assert {knob for knob, layer in decision.provenance.items() if layer == "profile"} == set(profile.knobs)


# --- How a segment is chosen ------------------------------------------------------------------------------------------


def test_the_same_request_is_given_the_same_segment_every_time(demo):
    """Requirement A, How a segment is chosen: rules are deterministic, in this engine and in one built anew."""
    again = Engine.of(demo.snapshot.definitions)
    decisions = [engine.decide(VIP, now=NEW_YEAR) for engine in (demo, demo, again)]
    assert len({(each.segment_id, each.rule_id, tuple(each.config.items())) for each in decisions}) == 1


@pytest.mark.parametrize(("tier", "segment_id"), [("VIP", "5"), ("new", "2"), ("returning", "default")])
def test_a_rule_can_read_the_tier_of_a_user(demo, tier, segment_id):
    """Requirement A, How a segment is chosen: tiers."""
    assert chosen(demo, {"user": {"tier": tier}}) == segment_id


@pytest.mark.parametrize(
    ("name", "wanted", "other"),
    [
        ("ctx.region", "FI", "SE"),
        ("ctx.device", "mobile", "desktop"),
        ("ctx.surface", "lobby", "detail"),
    ],
)
def test_a_rule_can_read_where_and_on_what_the_request_is_made(demo, name, wanted, other):
    """Requirement A, How a segment is chosen: jurisdiction or region, device, surface."""
    engine = with_rule(demo, {"eq": [name, wanted]})
    assert (chosen(engine, {name: wanted}), chosen(engine, {name: other})) == ("tried", "default")


def test_a_rule_can_read_the_time_of_day(demo):
    """Requirement A, How a segment is chosen: time of day, in the time zone of the request."""
    engine = with_rule(demo, {"eq": ["ctx.time_of_day", "evening"]})
    assert chosen(engine, {}, datetime(2018, 1, 1, 18, tzinfo=UTC)) == "tried"
    assert chosen(engine, {}, datetime(2018, 1, 1, 17, 59, tzinfo=UTC)) == "default"
    assert chosen(engine, {"ctx.timezone": "Europe/Helsinki"}, datetime(2018, 1, 1, 16, tzinfo=UTC)) == "tried"


def test_a_rule_can_read_a_simple_fact_about_behaviour(demo):
    """Requirement A, How a segment is chosen: something done in the last seven days."""
    engine = with_rule(demo, {"lte_days_since": ["user.last_play_ts", 7]})
    assert chosen(engine, {"user.last_play_ts": "2017-12-25T05:00:00Z"}) == "tried"
    assert chosen(engine, {"user.last_play_ts": "2017-12-25T04:59:59Z"}) == "default"
    assert chosen(engine, {}) == "default"


def test_rules_lead_to_a_segment_and_the_segment_to_a_profile(demo):
    """Requirement A, How a segment is chosen."""
    decision = demo.decide(HIGH_VALUE, now=NEW_YEAR)
    assert (decision.rule_id, decision.segment_id) == ("active-and-spending", "1")
    assert decision.profile_id == demo.snapshot.definitions.segments["1"].profile_id == "steady-replenish"


# --- Request-time precedence ------------------------------------------------------------------------------------------


def test_each_layer_wins_over_those_to_its_left(demo):
    """Requirement A, Request-time precedence: environment, namespace, profile, campaign, request."""
    engine = Engine.of(demo.snapshot.definitions, env=env_knobs({"TESSELLA_KNOB_ALPHA": "9.5"}))

    def alpha(context: dict, **asked: object) -> tuple[float, str]:
        decision = engine.decide(context, now=NEW_YEAR, **asked)
        return decision.config["alpha"], decision.provenance["alpha"]

    assert alpha({}) == (0.6, "namespace")
    assert alpha(VIP) == (0.2, "profile")
    assert alpha(VIP, campaign_id="new-year-pantry") == (0.9, "campaign")
    assert alpha(VIP, campaign_id="new-year-pantry", overrides={"alpha": 0.1}) == (0.1, "request")


def test_the_environment_holds_where_nothing_else_says_anything():
    """Requirement A, Request-time precedence: environment defaults, over what is built in."""
    engine = Engine.of(Definitions(), env=env_knobs({"TESSELLA_KNOB_ALPHA": "9.5"}))
    decision = engine.decide({}, now=NEW_YEAR)
    assert (decision.config["alpha"], decision.provenance["alpha"]) == (9.5, "env")
    assert (decision.config["beta"], decision.provenance["beta"]) == (0.3, "built_in")


def test_the_campaign_is_optional(demo):
    """Requirement A, Request-time precedence: without one, and with one that is over, the profile's knobs stand."""
    without = demo.decide(VIP, now=NEW_YEAR)
    over = demo.decide(VIP, campaign_id="holiday-mailer", now=NEW_YEAR)
    assert over.config == without.config
    assert [reason.code for reason in over.reasons] == ["segment_matched", "campaign_not_running"]


def test_one_can_see_for_each_knob_who_won(demo):
    """Requirement A, Request-time precedence: predictable and easy to reason about."""
    decision = demo.decide(VIP, campaign_id="new-year-pantry", overrides={"beta": 0}, now=NEW_YEAR)
    winners = {
        layer: [k for k, won in decision.provenance.items() if won == layer] for layer in ("campaign", "request")
    }
    assert winners == {"campaign": ["alpha", "category_cap", "half_life_days"], "request": ["beta"]}
    assert set(decision.provenance) == set(KNOBS)
