"""What a rule means, and the account that is given of it."""

import pytest
from hypothesis import given

from tessella.domain.errors import SegmentCycle, UnknownReference
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import ALWAYS, NEVER, AnyOf, Form, InSegment, Not
from tessella.domain.rules.explain import MAX_SEGMENTS_DEEP, Explained, Explainer, evaluate, explain
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.parse import parse_rule
from tests.strategies import World, worlds

SCHEMA = Schema([Feature(name, FeatureType.NUMBER) for name in ("a", "b")] + [Feature("tier", FeatureType.STRING)])


def truth(expr, values, segments=None):
    return evaluate(parse_rule(expr, Form.DSL, SCHEMA), values, 0, segments or {})


def test_an_absent_value_makes_every_predicate_false_ne_and_nin_included():
    for expr in ({"eq": ["tier", "x"]}, {"ne": ["tier", "x"]}, {"nin": ["tier", ["x"]]}, {"nin": ["tier", []]}):
        assert truth(expr, {}) is False
        assert truth(expr, {"tier": None}) is False


def test_not_is_plain_negation_also_of_an_absent_value():
    assert truth({"not": {"eq": ["tier", "x"]}}, {}) is True


def test_in_nothing_is_false_and_outside_of_nothing_is_exists():
    assert truth({"in": ["tier", []]}, {"tier": "x"}) is False
    assert truth({"nin": ["tier", []]}, {"tier": "x"}) is True


def test_empty_all_is_true_and_empty_any_is_false():
    assert [truth(expr, {}) for expr in ({}, {"all": []}, {"any": []})] == [True, True, False]


@pytest.mark.parametrize(
    ("term", "values", "result"),
    [
        ({"+": [{"var": "a"}, {"var": "b"}, 1]}, {"a": 0.1, "b": 0.2}, 0.1 + 0.2 + 1),
        ({"-": [{"var": "a"}, 5]}, {"a": 2.0}, -3.0),
        ({"-": [{"var": "a"}]}, {"a": 2.0}, -2.0),
        ({"*": [{"var": "a"}, 2, 3]}, {"a": 2.0}, 12.0),
        ({"/": [{"var": "a"}, 4]}, {"a": 2.0}, 0.5),
        ({"%": [{"var": "a"}, 3]}, {"a": -7.0}, -1.0),
        ({"%": [{"var": "a"}, -3]}, {"a": 7.5}, 1.5),
    ],
)
def test_arithmetic_is_in_float64_with_the_remainder_of_javascript(term, values, result):
    assert truth({"compare": ["==", term, result]}, values) is True


@pytest.mark.parametrize(
    ("term", "values"),
    [
        ({"+": [{"var": "a"}, 1]}, {}),
        ({"/": [1, {"var": "a"}]}, {"a": 0.0}),
        ({"%": [1, {"var": "a"}]}, {"a": 0.0}),
        ({"*": [{"var": "a"}, 10]}, {"a": 1e308}),
        ({"-": [{"*": [{"var": "a"}, 10]}, {"*": [{"var": "a"}, 10]}]}, {"a": 1e308}),
    ],
)
def test_an_absent_or_endless_result_makes_every_comparison_false(term, values):
    for op in (">", ">=", "<", "<=", "==", "!="):
        assert truth({"compare": [op, term, 0]}, values) is False


def test_in_segment_reads_the_rules_of_the_segment():
    segments = {"known": AnyOf((Exists("tier"),)), "empty": AnyOf(())}
    assert truth({"in_segment": "known"}, {"tier": "x"}, segments) is True
    assert truth({"in_segment": "known"}, {}, segments) is False
    assert truth({"in_segment": "empty"}, {"tier": "x"}, segments) is False


def chain(length):
    segments = {str(number): AnyOf((Not(Not(InSegment(str(number + 1)))),)) for number in range(length)}
    return {**segments, str(length): AnyOf((ALWAYS,))}


def test_a_chain_of_thousands_of_segments_is_followed_without_recursion():
    assert evaluate(InSegment("0"), {}, 0, chain(5_000)) is True
    assert explain(InSegment("0"), {}, 0, chain(5_000)).truth == "true"


def test_segments_that_share_segments_are_evaluated_once_each():
    layers = {f"{n}": AnyOf((InSegment(f"{n + 1}"), InSegment(f"{n + 2}"))) for n in range(200)}
    assert evaluate(InSegment("0"), {}, 0, {**layers, "200": NEVER, "201": ALWAYS}) is True


def test_segments_that_read_each_other_in_a_circle_are_refused_by_name():
    with pytest.raises(SegmentCycle, match="one -> two -> one"):
        evaluate(InSegment("one"), {}, 0, {"one": InSegment("two"), "two": InSegment("one")})


def test_a_segment_that_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownReference) as caught:
        evaluate(InSegment("vipp"), {}, 0, {"vip": ALWAYS})
    assert caught.value.nearest == "vip"


def test_an_explanation_shows_each_node_with_its_truth_and_the_value_seen():
    rule = parse_rule({"all": [{"eq": ["tier", "VIP"]}, {"not": {"gt": ["a", 5]}}]}, Form.DSL, SCHEMA)
    assert explain(rule, {"tier": "VIP"}, 0, {}) == Explained(
        "all",
        "true",
        children=(
            Explained("eq", "true", feature="tier", operand="VIP", value="VIP"),
            Explained("not", "true", children=(Explained("gt", "absent", feature="a", operand=5),)),
        ),
    )


def test_an_explanation_shows_both_sides_of_a_comparison():
    rule = parse_rule({"compare": [">", {"+": [{"var": "a"}, 1]}, {"var": "b"}]}, Form.DSL, SCHEMA)
    seen = explain(rule, {"a": 2.0, "b": 1.0}, 0, {})
    assert (seen.op, seen.truth, seen.value) == ("compare", "true", [3.0, 1.0])
    assert seen.operand == [">", {"+": [{"var": "a"}, 1]}, {"var": "b"}]
    assert explain(rule, {"a": 2.0}, 0, {}).truth == "absent"


def test_an_explanation_opens_a_segment_where_it_is_read_first():
    rule = AnyOf((InSegment("known"), InSegment("known")))
    first, second = explain(rule, {}, 0, {"known": Exists("tier")}).children
    assert first.children == (Explained("exists", "absent", feature="tier"),)
    assert (second.segment_id, second.truth, second.children) == ("known", "false", ())


def test_an_explanation_opens_a_limited_number_of_segments_within_one_another():
    node, opened = explain(InSegment("0"), {}, 0, chain(50)), 0
    while node.children:
        opened += node.op == "in_segment"
        node = node.children[0]
    assert opened == MAX_SEGMENTS_DEEP


class CountedReads(dict):
    """Values that count how often they are looked up."""

    reads = 0

    def get(self, name, default=None):
        self.reads += 1
        return super().get(name, default)


def reads_to_explain_each_of_a_chain(length):
    links = {str(number): AnyOf((Exists("tier"), InSegment(str(number + 1)))) for number in range(length)}
    values = CountedReads()
    explainer = Explainer(values, 0, {**links, str(length): AnyOf(())})
    assert all(explainer.explain(rule).truth == "false" for rule in links.values())
    return values.reads


def test_explaining_every_rule_of_a_chain_of_segments_takes_work_in_proportion_to_its_length():
    hundred, two_hundred, three_hundred = map(reads_to_explain_each_of_a_chain, (100, 200, 300))
    assert three_hundred - two_hundred == two_hundred - hundred


@given(worlds(rules=10, rows=10))
def test_an_explanation_agrees_with_the_truth_of_the_rule_at_every_node(world: World):
    rows = world.rows
    for rule in world.rules:
        for row in rows:
            explained = explain(rule, row, world.now_us, world.segments)
            assert (explained.truth == "true") is evaluate(rule, row, world.now_us, world.segments)
            check_groups(explained)


def check_groups(node: Explained) -> None:
    truths = [child.truth == "true" for child in node.children]
    if node.op in ("all", "any", "not"):
        expected = {"all": all(truths), "any": any(truths), "not": not any(truths)}[node.op]
        assert node.truth == str(expected).lower()
    for child in node.children:
        check_groups(child)
