"""A rule written back: faithful as `to_dsl`, normal as `canonical`, and the same by hash when it means the same."""

import json

from hypothesis import given

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import ALWAYS, NEVER, All, AnyOf, Form, Not
from tessella.domain.rules.canonical import canonical, rule_hash, to_dsl
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.operators.gt import Gt
from tessella.domain.rules.parse import parse_rule
from tests.strategies import World, worlds

A, B, C = Exists("a"), Exists("b"), Gt("c", 1.0, FeatureType.NUMBER)


@given(worlds(rules=30, rows=1))
def test_a_rule_that_is_written_and_read_again_is_the_same_rule(world: World):
    for rule in world.rules:
        written = json.loads(json.dumps(to_dsl(rule)))
        assert parse_rule(written, Form.DSL, world.schema) == rule


@given(worlds(rules=20, rows=20))
def test_the_normal_form_has_the_truth_of_the_rule(world: World):
    rows = world.rows
    for rule in world.rules:
        normal = canonical(rule)
        for row in rows:
            assert evaluate(normal, row, world.now_us, world.segments) is evaluate(
                rule, row, world.now_us, world.segments
            )


@given(worlds(rules=20, rows=1))
def test_the_normal_form_of_a_normal_form_is_itself(world: World):
    for rule in world.rules:
        assert canonical(canonical(rule)) == canonical(rule)
        assert rule_hash(canonical(rule)) == rule_hash(rule)


def test_groups_within_groups_of_the_same_kind_are_flattened():
    assert canonical(All((A, All((B, All((C,))))))) == canonical(All((A, B, C)))
    assert canonical(AnyOf((A, AnyOf((B, C))))) == canonical(AnyOf((A, B, C)))


def test_a_group_within_a_group_of_the_other_kind_stays():
    assert canonical(All((A, AnyOf((B, C))))) != canonical(All((A, B, C)))


def test_double_negation_and_groups_of_one_disappear():
    assert canonical(Not(Not(All((AnyOf((A,)),))))) == A
    assert canonical(All((Not(Not(All((A, B)))), C))) == canonical(All((A, B, C)))


def test_the_order_and_repetition_of_children_do_not_count():
    assert rule_hash(All((A, B))) == rule_hash(All((B, A, B)))
    assert rule_hash(All((A, B))) != rule_hash(AnyOf((A, B)))


def test_empty_groups_keep_their_truth():
    assert canonical(All((ALWAYS, A))) == A
    assert canonical(AnyOf((NEVER, A))) == A
    assert canonical(All((NEVER, A))) == canonical(All((A, NEVER)))
    assert rule_hash(ALWAYS) != rule_hash(NEVER)


def test_the_writing_is_faithful_to_repetition_and_order():
    assert to_dsl(All((B, A, B))) == {"all": [{"exists": ["b"]}, {"exists": ["a"]}, {"exists": ["b"]}]}


def test_the_same_words_on_features_of_other_types_have_another_hash():
    rule = {"contains": ["x", "a"]}
    text, items = (Schema([Feature("x", kind)]) for kind in (FeatureType.STRING, FeatureType.STRING_LIST))
    assert rule_hash(parse_rule(rule, Form.DSL, text)) != rule_hash(parse_rule(rule, Form.DSL, items))


def test_true_and_one_are_different_operands():
    assert Eq("x", True, FeatureType.BOOLEAN) != Eq("x", 1, FeatureType.INTEGER)
