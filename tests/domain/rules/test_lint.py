"""Hints at what an author may not mean; never a wrong claim."""

import pytest
from hypothesis import given

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import All, AnyOf, Form
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.lint import lint, nodes_with_pointers
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.verdict import Verdicts
from tests.strategies import Random, World, random_world, worlds

SCHEMA = Schema([
    Feature("n", FeatureType.NUMBER),
    Feature("i", FeatureType.INTEGER),
    Feature("s", FeatureType.STRING),
    Feature("b", FeatureType.BOOLEAN),
    Feature("t", FeatureType.TIMESTAMP),
    Feature("l", FeatureType.STRING_LIST),
    Feature("tier", FeatureType.STRING, allowed_values=("VIP", "new")),
])  # fmt: skip


def hints(expr):
    return lint(parse_rule(expr, Form.DSL, SCHEMA), SCHEMA)


def codes(expr):
    return [(hint.code, hint.pointer) for hint in hints(expr)]


ALWAYS_FALSE = [
    {"in": ["s", []]},
    {"between": ["n", 5, 1]},
    {"all": [{"gt": ["n", 5]}, {"lt": ["n", 3]}]},
    {"all": [{"gt": ["n", 5]}, {"lte": ["n", 5]}]},
    {"all": [{"gt": ["i", 5]}, {"lt": ["i", 6]}]},
    {"all": [{"gt": ["t", "2026-01-01"]}, {"lt": ["t", "2025-01-01"]}]},
    {"all": [{"gte": ["s", "b"]}, {"lt": ["s", "a"]}]},
    {"all": [{"eq": ["s", "a"]}, {"eq": ["s", "b"]}]},
    {"all": [{"eq": ["s", "a"]}, {"ne": ["s", "a"]}]},
    {"all": [{"in": ["i", [1, 2]]}, {"in": ["i", [3]]}]},
    {"all": [{"in": ["i", [1, 2]]}, {"nin": ["i", [1, 2, 3]]}]},
    {"all": [{"in": ["i", [1, 2]]}, {"between": ["i", 3, 9]}]},
    {"all": [{"ne": ["b", True]}, {"ne": ["b", False]}]},
    {"all": [{"exists": "l"}, {"not": {"exists": "l"}}]},
    {"all": [{"truthy": "s"}, {"not": {"exists": "s"}}]},
    {"all": [{"gt": ["n", 5]}, {"not": {"gt": ["n", 3]}}]},
    {"all": [{"matches": ["s", "a.b"]}, {"not": {"matches": ["s", "a.b"]}}]},
    {"all": [{"in_segment": "x"}, {"not": {"in_segment": "x"}}]},
    {"all": [{"gte_days_since": ["t", 30]}, {"lte_days_since": ["t", 10]}]},
    {"all": [{"any": [{"gt": ["n", 5]}]}, {"not": {"any": [{"gte": ["n", 4]}, {"truthy": "b"}]}}]},
    {"compare": [">", 1, 2]},
]
ALWAYS_TRUE = [
    {},
    {"not": {"in": ["s", []]}},
    {"any": [{"exists": "s"}, {"not": {"exists": "s"}}]},
    {"any": [{"gt": ["n", 3]}, {"not": {"gt": ["n", 5]}}]},
    {"any": [{"eq": ["s", "a"]}, {"not": {"all": [{"eq": ["s", "a"]}, {"in_segment": "x"}]}}]},
]
NEITHER = [
    {"all": [{"gte": ["n", 5]}, {"lte": ["n", 5]}]},
    {"all": [{"gt": ["n", 5]}, {"lt": ["n", 6]}]},
    {"all": [{"gt": ["i", 5]}, {"lt": ["i", 7]}]},
    {"all": [{"gte_days_since": ["t", 10]}, {"not": {"gte_days_since": ["t", 20]}}]},
    {"all": [{"not": {"gt": ["n", 5]}}, {"not": {"lte": ["n", 5]}}]},
    {"any": [{"gt": ["n", 3]}, {"lte": ["n", 5]}]},
    {"all": [{"contains": ["l", "a"]}, {"contains": ["l", "b"]}]},
    {"all": [{"gte_days_since": ["t", 10]}, {"lte_days_since": ["t", 10]}]},
    {"compare": ["==", {"var": "n"}, {"var": "n"}]},
]


@pytest.mark.parametrize("expr", ALWAYS_FALSE, ids=str)
def test_a_rule_that_nobody_can_match_is_called_always_false(expr):
    assert ("always_false", "") in codes(expr)


@pytest.mark.parametrize("expr", ALWAYS_TRUE, ids=str)
def test_a_rule_that_everybody_matches_is_called_always_true(expr):
    assert ("always_true", "") in codes(expr)


@pytest.mark.parametrize("expr", NEITHER, ids=str)
def test_a_rule_that_some_can_match_is_called_neither(expr):
    assert not {code for code, _ in codes(expr)} & {"always_true", "always_false", "contradiction"}


@given(worlds(rules=60, rows=60, features=2, depth=3, comparisons=0.1))
def test_no_part_of_a_rule_is_ever_called_constant_wrongly(world: World):
    verdicts, rows = Verdicts(), (*world.rows, {})
    for rule in world.rules:
        for node, _ in nodes_with_pointers(rule):
            verdict = verdicts.of(node)
            if verdict is not None:
                truths = {evaluate(node, row, world.now_us, world.segments) for row in rows}
                assert truths == {verdict}


def test_the_random_rules_above_hold_contradictions_between_parts_that_are_not_constant():
    world, verdicts = random_world(Random(1), rules=2000, rows=1, features=2, depth=3), Verdicts()
    groups = [node for rule in world.rules for node, _ in nodes_with_pointers(rule) if isinstance(node, All | AnyOf)]
    open_groups = [node for node in groups if all(verdicts.of(child) is None for child in node.children)]
    found = [verdicts.of(node) for node in open_groups if node.children]
    assert found.count(True) > 10
    assert found.count(False) > 10


def test_a_contradiction_names_the_feature_and_the_part():
    expr = {"any": [{"exists": "s"}, {"all": [{"gt": ["n", 5]}, {"exists": "b"}, {"lt": ["n", 3]}]}]}
    assert codes(expr) == [("always_false", "/any/1"), ("contradiction", "/any/1")]
    assert "No value of n " in hints(expr)[1].text


def test_only_the_largest_constant_part_is_reported():
    assert codes({"all": [{"in": ["s", []]}, {"in": ["n", []]}]}) == [("always_false", "")]


def test_a_not_that_admits_subjects_without_a_value_names_the_feature():
    (hint,) = hints({"all": [{"eq": ["s", "a"]}, {"not": {"eq": ["tier", "VIP"]}}]})
    assert (hint.code, hint.pointer) == ("admits_absent", "/all/1/not")
    assert "Subjects without a value of tier" in hint.text
    assert '{"exists": ["tier"]}' in hint.text


def test_a_not_of_percent_admits_requests_without_a_subject():
    (hint,) = hints({"not": {"percent": [10, "launch"]}})
    assert hint.code == "admits_absent"
    assert hint.text.startswith("Requests without a subject are let in")


@pytest.mark.parametrize(
    "expr",
    [
        {"not": {"ne": ["tier", "VIP"]}},
        {"not": {"nin": ["tier", ["VIP"]]}},
        {"not": {"all": [{"exists": "tier"}, {"eq": ["tier", "VIP"]}]}},
        {"not": {"not": {"not": {"eq": ["tier", "VIP"]}}}},
        {"any": [{"exists": "tier"}, {"not": {"eq": ["tier", "VIP"]}}]},
    ],
    ids=str,
)
def test_absence_is_hinted_at_under_any_odd_number_of_nots(expr):
    assert [hint.code for hint in hints(expr) if "of tier are let in" in hint.text] == ["admits_absent"]


@pytest.mark.parametrize(
    "expr",
    [
        {"ne": ["tier", "VIP"]},
        {"not": {"exists": "tier"}},
        {"not": {"not": {"eq": ["tier", "VIP"]}}},
        {"not": {"in_segment": "vip"}},
        {"all": [{"exists": "tier"}, {"not": {"eq": ["tier", "VIP"]}}]},
        {"all": [{"starts_with": ["tier", "V"]}, {"any": [{"not": {"eq": ["tier", "VIP"]}}, {"exists": "s"}]}]},
        {"not": {"any": [{"not": {"exists": "tier"}}, {"eq": ["tier", "VIP"]}]}},
    ],
    ids=str,
)
def test_absence_is_not_hinted_at_where_it_is_meant_or_kept_out(expr):
    assert "admits_absent" not in {code for code, _ in codes(expr)}


def test_a_repeated_part_is_hinted_at_in_whatever_order_it_is_written():
    both = [{"exists": "s"}, {"exists": "n"}]
    expr = {"any": [{"all": both}, {"truthy": "b"}, {"all": both[::-1]}]}
    assert codes(expr) == [("duplicate", "/any/2")]


def test_a_predicate_that_no_allowed_value_satisfies_is_hinted_at():
    assert codes({"any": [{"truthy": "b"}, {"starts_with": ["tier", "v"]}]}) == [("no_allowed_value", "/any/1")]
    assert codes({"starts_with": ["tier", "V"]}) == []


def test_the_example_rules_of_the_requirement_have_no_hint():
    assert (
        codes({"any": [{"all": [{"eq": ["tier", "VIP"]}, {"gte": ["n", 500]}]}, {"gte_days_since": ["t", 30]}]}) == []
    )
