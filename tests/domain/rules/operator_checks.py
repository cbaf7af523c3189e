"""What every operator must satisfy, one function a claim. `test_operators.py` runs them over the registry."""

import doctest
import sys

from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.errors import Faults, WrongOperand
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import Form, Not, Operator
from tessella.domain.rules.canonical import canonical, rule_hash, to_dsl
from tessella.domain.rules.explain import evaluate, explain
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sentence import sentence
from tests.domain.rules.samples import NOW, SCHEMA, expression, feature_for, operands, predicates, values
from tests.strategies import Random, random_value


def it_has_example_operands(name: str, kind: FeatureType) -> None:
    assert operands(name, kind), f"samples.py offers no operand that {name} accepts on {kind}: add one there"


def it_survives_a_round_trip_through_json(name: str, kind: FeatureType) -> None:
    for operand in operands(name, kind):
        node = parse_rule(expression(name, kind, operand), Form.DSL, SCHEMA)
        again = parse_rule(to_dsl(node), Form.DSL, SCHEMA)
        assert again == node
        assert to_dsl(again) == to_dsl(node)
        assert rule_hash(again) == rule_hash(node)


def it_is_false_of_an_absent_value_and_true_under_not(name: str, kind: FeatureType) -> None:
    feature = feature_for(name, kind).name
    for predicate in predicates(name, kind):
        for row in ({}, {feature: None}):
            assert evaluate(predicate, row, NOW, {}) is False
            assert evaluate(Not(predicate), row, NOW, {}) is True
            assert explain(predicate, row, NOW, {}).truth == "absent"


def it_is_true_or_false_of_every_edge(name: str, kind: FeatureType) -> None:
    for predicate in predicates(name, kind):
        for value in values(kind):
            _check_value(predicate, value)


def it_is_true_or_false_of_random_values(name: str, kind: FeatureType) -> None:
    examples = predicates(name, kind)

    @given(st.randoms(use_true_random=False))
    def check(rng: Random) -> None:
        _check_value(rng.choice(examples), random_value(rng, kind))

    check()


def _check_value(predicate: Operator, value: object) -> None:
    row = {predicate.feature: value}
    truth = evaluate(predicate, row, NOW, {})
    assert type(truth) is bool
    assert evaluate(canonical(predicate), row, NOW, {}) is truth
    explained = explain(predicate, row, NOW, {})
    assert explained.truth == ("absent" if value is None else str(truth).lower())
    assert (explained.feature, explained.value) == (predicate.feature, value)


def its_sentence_names_the_feature(name: str, kind: FeatureType) -> None:
    for predicate in predicates(name, kind):
        assert feature_for(name, kind).name in sentence(predicate)
        assert "\n" not in sentence(predicate)


def it_refuses_a_feature_of_another_type_and_says_which_it_accepts(name: str, kind: FeatureType) -> None:
    accepted = OPERATORS[name].accepts
    for other in set(FeatureType) - (accepted or set(FeatureType)):
        (fault,) = faults(expression(name, other, operands(name, kind)[0]))
        assert isinstance(fault, WrongOperand)
        assert fault.pointer == f"/{name}/0"
        assert f"not one of type {other}" in fault.message
        assert all(each in fault.message for each in accepted)


def it_refuses_an_operand_of_no_use_with_its_place(name: str, kind: FeatureType) -> None:
    for operand in ({"nested": []}, float("nan"), 2**70, "a\0b", "\ud800"):
        (fault,) = faults(expression(name, kind, operand))
        assert isinstance(fault, WrongOperand)
        assert fault.pointer == (f"/{name}/1" if OPERATORS[name].accepts else f"/{name}")
        assert fault.message.startswith(f"{name} on {feature_for(name, kind).name} expects ")
        assert fault.message.encode("ascii")


def faults(expr: object) -> list[Exception]:
    try:
        parse_rule(expr, Form.DSL, SCHEMA)
    except (WrongOperand, Faults) as error:
        return list(error.faults())
    return []


def the_examples_in_its_docstring_run(name: str, kind: FeatureType) -> None:
    operator = OPERATORS[name]
    scope = vars(sys.modules[operator.__module__])
    found = doctest.DocTestFinder(recurse=False).find(operator, operator.__name__, globs=dict(scope))
    results = [doctest.DocTestRunner().run(each) for each in found]
    assert sum(each.attempted for each in results) > 0, f"{name} has no example"
    assert sum(each.failed for each in results) == 0


CHECKS = (
    it_has_example_operands,
    it_survives_a_round_trip_through_json,
    it_is_false_of_an_absent_value_and_true_under_not,
    it_is_true_or_false_of_every_edge,
    it_is_true_or_false_of_random_values,
    its_sentence_names_the_feature,
    it_refuses_a_feature_of_another_type_and_says_which_it_accepts,
    it_refuses_an_operand_of_no_use_with_its_place,
    the_examples_in_its_docstring_run,
)
