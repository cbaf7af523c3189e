"""Requirement A, "Rule DSL", over the demo's definitions."""

from datetime import UTC, datetime

import pytest

from tessella import Engine
from tessella.domain.errors import Faults, PersonalFeature, UnknownFeature
from tests.e2e.test_segment_profiles import chosen, with_rule

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
#: The example of the requirement.
EXAMPLE = {
    "any": [
        {"all": [{"eq": ["user.tier", "VIP"]}, {"gte": ["user.ltv_eur", 500]}]},
        {
            "all": [
                {"eq": ["ctx.region", "FI"]},
                {"in": ["ctx.surface", ["home", "casino"]]},
                {"gte_days_since": ["user.last_play_ts", 30]},
            ]
        },
    ]
}
FINN = {"ctx": {"region": "FI", "surface": "casino"}, "user": {"last_play_ts": "2026-05-31T12:00:00Z"}}


@pytest.fixture(scope="module")
def example(demo: Engine) -> Engine:
    return with_rule(demo, EXAMPLE)


@pytest.mark.parametrize(
    ("context", "segment_id"),
    [
        ({"user": {"tier": "VIP", "ltv_eur": 500}}, "tried"),
        (FINN, "tried"),
        ({**FINN, "ctx": {"region": "SE", "surface": "casino"}}, "default"),
        ({**FINN, "ctx": {"region": "FI", "surface": "detail"}}, "default"),
        ({**FINN, "user": {"last_play_ts": "2026-06-01T12:00:00Z"}}, "default"),
        ({"user": {"tier": "new", "ltv_eur": 500}}, "2"),
    ],
)
def test_the_example_rule_holds_for_whom_it_says(example, context, segment_id):
    """Requirement A, Rule DSL: the example, as written."""
    assert chosen(example, context, NOW) == segment_id


def test_a_rule_is_and_and_or_over_predicates(demo):
    """Requirement A, Rule DSL: all needs each of its parts, any needs one."""
    parts = [{"eq": ["ctx.region", "FI"]}, {"eq": ["ctx.device", "mobile"]}]
    both, either = with_rule(demo, {"all": parts}), with_rule(demo, {"any": parts})
    for region, device, in_both, in_either in [
        ("FI", "mobile", "tried", "tried"),
        ("FI", "desktop", "default", "tried"),
        ("SE", "mobile", "default", "tried"),
        ("SE", "desktop", "default", "default"),
    ]:
        context = {"ctx": {"region": region, "device": device}}
        assert (chosen(both, context), chosen(either, context)) == (in_both, in_either)


def test_a_rule_is_json_that_is_kept_as_it_was_written(example):
    """Requirement A, Rule DSL: data, not code."""
    assert example.snapshot.definitions.segments["tried"].rules[0].expr == EXAMPLE


def test_a_predicate_reads_traits_and_places_from_the_request_and_facts_from_the_cache(demo):
    """Requirement A, Rule DSL: these are the features of the example; each is declared with where it comes from."""
    schema = demo.snapshot.schema
    sources = {name: schema[name].source for name in ("ctx.region", "ctx.surface", "user.tier", "user.last_play_ts")}
    assert sources == {
        "ctx.region": "request",
        "ctx.surface": "request",
        "user.tier": "fact",
        "user.last_play_ts": "fact",
    }


def test_a_predicate_cannot_read_anything_that_is_not_declared(demo):
    """Requirement A, Rule DSL: predicates read the context and facts only."""
    with pytest.raises(Faults) as error:
        with_rule(demo, {"eq": ["user.shoe_size", 43]})
    assert [type(fault) for fault in error.value.faults()] == [UnknownFeature]


def test_a_predicate_cannot_read_personal_data(demo):
    """Requirement A, Rule DSL: predicates read the context and facts only."""
    with pytest.raises(Faults) as error:
        with_rule(demo, {"eq": ["user.income_band", "250K+"]})
    assert [type(fault) for fault in error.value.faults()] == [PersonalFeature]


def test_a_rule_about_time_depends_on_the_moment_that_is_asked_for_and_on_no_clock(example):
    """Requirement A, Rule DSL: deterministic. The past can be decided again, now or in ten years."""
    assert chosen(example, FINN, datetime(2026, 6, 30, 12, tzinfo=UTC)) == "tried"
    assert chosen(example, FINN, datetime(2026, 6, 30, 11, 59, tzinfo=UTC)) == "default"


def test_a_share_of_subjects_is_always_the_same_subjects(demo):
    """Requirement A, Rule DSL: deterministic, where other systems draw lots."""
    engine = with_rule(demo, {"percent": [30, "pilot"]})
    draws = [[engine.decide({}, subject_id=str(i), now=NOW).segment_id for i in range(500)] for _ in range(2)]
    assert draws[0] == draws[1]
    assert 100 < draws[0].count("tried") < 200
