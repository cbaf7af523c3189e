"""Rules in plain English."""

import re

import pytest
from hypothesis import given

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import All, AnyOf, Form, Node
from tessella.domain.rules.canonical import canonical
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sentence import sentence
from tests.strategies import Random, World, worlds

SCHEMA = Schema([
    Feature("user.tier", FeatureType.STRING),
    Feature("user.ltv_eur", FeatureType.NUMBER),
    Feature("user.baskets", FeatureType.INTEGER),
    Feature("user.opted_in", FeatureType.BOOLEAN),
    Feature("user.last_play_ts", FeatureType.TIMESTAMP),
    Feature("user.tags", FeatureType.STRING_LIST),
])  # fmt: skip


def said(expr, names=None):
    return sentence(parse_rule(expr, Form.DSL, SCHEMA), names or {})


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        ({"eq": ["user.tier", "VIP"]}, "user.tier is VIP"),
        ({"eq": ["user.tier", "VIP and new"]}, 'user.tier is "VIP and new"'),
        ({"eq": ["user.tier", "or"]}, 'user.tier is "or"'),
        ({"eq": ["user.tier", "5"]}, 'user.tier is "5"'),
        ({"eq": ["user.opted_in", True]}, "user.opted_in is true"),
        ({"ne": ["user.tier", "VIP"]}, "user.tier has a value other than VIP"),
        ({"gte": ["user.ltv_eur", 500]}, "user.ltv_eur is at least 500"),
        ({"gt": ["user.ltv_eur", 0.5]}, "user.ltv_eur is more than 0.5"),
        ({"lt": ["user.last_play_ts", "2026-06-30"]}, "user.last_play_ts is before 2026-06-30T00:00:00+00:00"),
        ({"lte": ["user.tier", "VIP"]}, "user.tier sorts at or before VIP"),
        ({"in": ["user.tier", ["VIP", "new"]]}, "user.tier is one of (VIP, new)"),
        ({"nin": ["user.baskets", [1, 2]]}, "user.baskets has a value outside (1, 2)"),
        ({"in": ["user.baskets", list(range(13))]}, "user.baskets is one of (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3 more)"),
        ({"between": ["user.ltv_eur", 5, 10]}, "user.ltv_eur is from 5 to 10"),
        ({"contains": ["user.tags", "a b"]}, 'user.tags contains "a b"'),
        ({"starts_with": ["user.tier", "V"]}, "user.tier starts with V"),
        ({"matches": ["user.tier", "V.P"]}, 'user.tier matches the pattern "V.P"'),
        ({"exists": ["user.tier"]}, "user.tier has a value"),
        ({"not": {"exists": ["user.tier"]}}, "user.tier has no value"),
        ({"not": {"eq": ["user.tier", "VIP"]}}, "not (user.tier is VIP)"),
        ({"gte_days_since": ["user.last_play_ts", 30]}, "user.last_play_ts was 30 or more days ago"),
        ({"lte_days_since": ["user.last_play_ts", 7]}, "user.last_play_ts was 7 or fewer days ago"),
        ({"percent": [12.5, "launch"]}, 'subject_id is among the 12.5 % drawn by "launch"'),
        ({"truthy": ["user.tags"]}, "user.tags counts as true"),
        ({"compare": [">", {"+": [{"var": "user.ltv_eur"}, 1]}, 5]}, "(user.ltv_eur + 1) is more than 5"),
        ({"compare": ["!=", {"-": [{"var": "user.ltv_eur"}]}, 5]}, "(-user.ltv_eur) is not 5"),
        ({}, "everyone"),
        ({"any": []}, "nobody"),
    ],
)
def test_every_kind_of_rule_is_said(expr, text):
    assert said(expr) == text


def test_a_segment_is_said_by_its_name_or_else_by_its_id():
    assert said({"in_segment": ["5"]}, {"5": "VIP Customers"}) == 'in the segment "VIP Customers"'
    assert said({"in_segment": ["5"]}) == 'in the segment "5"'
    assert said({"not": {"in_segment": ["5"]}}) == 'not in the segment "5"'


def test_and_binds_closer_than_or_and_a_comma_shows_it():
    text = said(
        {"any": [{"all": [{"eq": ["user.tier", "VIP"]}, {"gte": ["user.ltv_eur", 500]}]}, {"truthy": "user.tags"}]}
    )
    assert text == "user.tier is VIP and user.ltv_eur is at least 500, or user.tags counts as true"


def test_an_or_within_an_and_is_in_parentheses():
    text = said(
        {"all": [{"eq": ["user.tier", "VIP"]}, {"any": [{"gte": ["user.ltv_eur", 5]}, {"truthy": "user.tags"}]}]}
    )
    assert text == "user.tier is VIP and (user.ltv_eur is at least 5 or user.tags counts as true)"


def test_a_group_of_one_is_said_as_its_member():
    assert said({"any": [{"all": [{"not": {"any": [{"exists": "user.tier"}]}}]}]}) == "not (user.tier has a value)"


def random_tree(rng: Random, depth: int) -> Node:
    if depth == 0 or rng.random() < 0.3:
        return Exists(f"f{rng.randrange(3)}")
    children = tuple(random_tree(rng, depth - 1) for _ in range(rng.randint(2, 3)))
    return All(children) if rng.random() < 0.5 else AnyOf(children)


def read_back(text: str) -> Node:
    """A reader who knows that "and" binds closer than "or"."""
    tokens = re.findall(r"\(|\)|f\d|and|or", text)
    node = read_or(tokens)
    assert tokens == []
    return node


def read_or(tokens: list[str]) -> Node:
    parts = [read_and(tokens)]
    while tokens[:1] == ["or"]:
        tokens.pop(0)
        parts.append(read_and(tokens))
    return AnyOf(tuple(parts))


def read_and(tokens: list[str]) -> Node:
    parts = [read_one(tokens)]
    while tokens[:1] == ["and"]:
        tokens.pop(0)
        parts.append(read_one(tokens))
    return All(tuple(parts))


def read_one(tokens: list[str]) -> Node:
    token = tokens.pop(0)
    if token != "(":
        return Exists(token)
    node = read_or(tokens)
    assert tokens.pop(0) == ")"
    return node


def test_a_sentence_can_be_read_back_to_the_rule_that_it_says():
    for seed in range(500):
        tree = random_tree(Random(seed), 4)
        assert canonical(read_back(sentence(tree).replace("has a value", ""))) == canonical(tree)


@given(worlds(rules=20, rows=1))
def test_every_rule_has_a_sentence_on_one_line(world: World):
    for rule in world.rules:
        assert sentence(rule).strip()
        assert "\n" not in sentence(rule)
