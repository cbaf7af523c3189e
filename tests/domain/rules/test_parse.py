"""How rules are read: the forms that are accepted, and what is said about the ones that are not."""

import pytest

from tessella.domain.errors import (
    Faults,
    MalformedRule,
    PersonalFeature,
    RuleInvalid,
    RuleTooLarge,
    UnknownFeature,
    UnknownOperator,
    WrongOperand,
)
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import ALWAYS, MAX_DEPTH, MAX_LIST, MAX_NODES, All, Form, InSegment, Not
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.parse import parse_rule

SCHEMA = Schema(
    [
        Feature("user.tier", FeatureType.STRING, allowed_values=("VIP", "new", "returning")),
        Feature("user.city", FeatureType.STRING),
        Feature("user.ltv_eur", FeatureType.NUMBER),
        Feature("user.baskets", FeatureType.INTEGER),
        Feature("user.opted_in", FeatureType.BOOLEAN),
        Feature("user.last_play_ts", FeatureType.TIMESTAMP),
        Feature("user.tags", FeatureType.STRING_LIST),
        Feature("user.email", FeatureType.STRING, personal=True),
    ]
)


def parse(expr):
    return parse_rule(expr, Form.DSL, SCHEMA)


def faults(expr, at=""):
    with pytest.raises((RuleInvalid, Faults)) as caught:
        parse_rule(expr, Form.DSL, SCHEMA, at)
    return list(caught.value.faults())


def only_fault(expr):
    (fault,) = faults(expr)
    return fault


def test_the_example_rule_of_the_requirement_is_read_as_written():
    rule = {
        "any": [
            {"all": [{"eq": ["user.tier", "VIP"]}, {"gte": ["user.ltv_eur", 500]}]},
            {
                "all": [
                    {"eq": ["ctx.region", "FI"]},
                    {"in": ["ctx.surface", ["casino", "home"]]},
                    {"gte_days_since": ["user.last_play_ts", 30]},
                ]
            },
        ]
    }
    assert to_dsl(parse(rule)) == rule


@pytest.mark.parametrize(
    ("lenient", "canonical"),
    [
        ({"exists": "user.city"}, {"exists": ["user.city"]}),
        ({"truthy": "user.city"}, {"truthy": ["user.city"]}),
        ({"between": ["user.ltv_eur", 1, 5]}, {"between": ["user.ltv_eur", [1, 5]]}),
        ({"not": [{"exists": ["user.city"]}]}, {"not": {"exists": ["user.city"]}}),
        ({"in_segment": "vip"}, {"in_segment": ["vip"]}),
        ({"percent": ["launch", 10]}, {"percent": [10, "launch"]}),
        ({"in": ["user.city", ["b", "a", "b"]]}, {"in": ["user.city", ["a", "b"]]}),
        ({"eq": ["user.baskets", 2.0]}, {"eq": ["user.baskets", 2]}),
        ({"eq": ["user.ltv_eur", -0.0]}, {"eq": ["user.ltv_eur", 0]}),
        ({"gt": ["user.last_play_ts", "2026-06-30"]}, {"gt": ["user.last_play_ts", "2026-06-30T00:00:00+00:00"]}),
        (
            {"gt": ["user.last_play_ts", "2026-06-30T14:00:00+02:00"]},
            {"gt": ["user.last_play_ts", "2026-06-30T12:00:00+00:00"]},
        ),
        ({"matches": ["user.city", r"^a\.b$"]}, {"eq": ["user.city", "a.b"]}),
        ({"matches": ["user.city", "^ab"]}, {"starts_with": ["user.city", "ab"]}),
        ({"matches": ["user.city", "a b"]}, {"contains": ["user.city", "a b"]}),
        ({"matches": ["user.city", "ab$"]}, {"matches": ["user.city", "ab$"]}),
        ({"matches": ["user.city", r"\d"]}, {"matches": ["user.city", r"\d"]}),
        ({}, {"all": []}),
    ],
)
def test_a_shorter_spelling_is_read_and_written_in_the_one_form(lenient, canonical):
    assert to_dsl(parse(lenient)) == canonical
    assert parse(canonical) == parse(lenient)


def test_an_empty_rule_is_always_true():
    assert parse({}) == ALWAYS == parse({"all": []})


def test_not_and_in_segment_become_nodes_of_their_own():
    assert parse({"not": {"in_segment": ["vip"]}}) == Not(InSegment("vip"))


def test_a_comparison_of_arithmetic_terms_is_read_back():
    rule = {"compare": [">", {"+": [{"var": "user.ltv_eur"}, 1.5]}, {"-": [{"var": "user.baskets"}]}]}
    assert to_dsl(parse(rule)) == rule


def test_an_unknown_feature_is_named_with_the_nearest_one():
    fault = only_fault({"eq": ["user.teir", "VIP"]})
    assert isinstance(fault, UnknownFeature)
    assert fault.pointer == "/eq/0"
    assert fault.hint() == 'Did you mean "user.tier"?'


@pytest.mark.parametrize(("wrong", "near"), [("eqq", "eq"), ("al", "all"), ("in_segmnt", "in_segment"), ("nto", "not")])
def test_an_unknown_operator_is_named_with_the_nearest_operator_or_connective(wrong, near):
    fault = only_fault({"any": [{wrong: ["user.tier", "VIP"]}]})
    assert isinstance(fault, UnknownOperator)
    assert (fault.pointer, fault.nearest) == (f"/any/0/{wrong}", near)


def test_a_personal_feature_cannot_be_read():
    fault = only_fault({"exists": ["user.email"]})
    assert isinstance(fault, PersonalFeature)
    assert fault.pointer == "/exists/0"


@pytest.mark.parametrize("op", ["eq", "ne"])
def test_a_value_outside_the_allowed_ones_is_refused_with_the_nearest(op):
    fault = only_fault({op: ["user.tier", "vip"]})
    assert isinstance(fault, WrongOperand)
    assert (fault.pointer, fault.hint()) == (f"/{op}/1", 'Did you mean "VIP"?')
    assert 'one of its allowed values ("VIP", "new", "returning"), not "vip"' in fault.message


@pytest.mark.parametrize("op", ["in", "nin"])
def test_a_listed_value_outside_the_allowed_ones_is_refused_at_its_place(op):
    fault = only_fault({op: ["user.tier", ["VIP", "retuning"]]})
    assert (fault.pointer, fault.hint()) == (f"/{op}/1/1", 'Did you mean "returning"?')


@pytest.mark.parametrize(
    ("expr", "pointer", "message"),
    [
        (
            {"eq": ["user.baskets", 2.5]},
            "/eq/1",
            "eq on user.baskets expects a whole number, finite and within 2^53, not 2.5.",
        ),
        ({"eq": ["user.baskets", True]}, "/eq/1", "eq on user.baskets expects a whole number, not true."),
        ({"gt": ["user.ltv_eur", "5"]}, "/gt/1", 'gt on user.ltv_eur expects a number, not "5".'),
        ({"gt": ["user.ltv_eur", float("inf")]}, "/gt/1", "expects a number, finite and within 2^53, not Infinity."),
        ({"eq": ["user.city", None]}, "/eq/1", "eq on user.city expects text, not null."),
        ({"eq": ["user.city"]}, "/eq", "eq on user.city expects text, not null."),
        ({"eq": ["user.opted_in", 1]}, "/eq/1", "eq on user.opted_in expects true or false, not 1."),
        ({"gt": ["user.last_play_ts", 1]}, "/gt/1", "expects a time in ISO 8601, such as 2026-06-30T12:00:00Z, not 1."),
        ({"in": ["user.city", "a"]}, "/in/1", 'in on user.city expects a list of values, not "a".'),
        ({"in": ["user.city", ["a", 1]]}, "/in/1/1", "in on user.city expects text, not 1."),
        ({"between": ["user.ltv_eur", 1, "x"]}, "/between/2", 'between on user.ltv_eur expects a number, not "x".'),
        ({"between": ["user.ltv_eur", [1, "x"]]}, "/between/1/1", 'between on user.ltv_eur expects a number, not "x".'),
        ({"between": ["user.ltv_eur", 1]}, "/between/1", "expects two bounds [lowest, highest], not 1."),
        ({"between": ["user.opted_in", 1, 2]}, "/between/0", "not one of type boolean."),
        ({"exists": ["user.city", 1]}, "/exists/1", "exists on user.city expects nothing but the feature, not 1."),
        (
            {"gte_days_since": ["user.last_play_ts", -1]},
            "/gte_days_since/1",
            "expects whole days from 0 to 36500, not -1.",
        ),
        ({"percent": [101, "launch"]}, "/percent/0", "expects a percentage from 0 to 100, not 101."),
        ({"percent": ["launch", -1]}, "/percent/1", "expects a percentage from 0 to 100, not -1."),
        ({"percent": [10, ""]}, "/percent/1", 'expects a salt, such as the name of a launch, not "".'),
        ({"percent": 10}, "/percent", "expects [percent, salt], not 10."),
        ({"matches": ["user.city", "("]}, "/matches/1", 'expects an RE2 pattern (missing ): (), not "(".'),
        ({"matches": ["user.city", r"(a)\1"]}, "/matches/1", "invalid escape sequence"),
        ({"matches": ["user.city", "x" * 1001]}, "/matches/1", "expects at most 1000 characters"),
        ({"eq": ["user.city", "a\0b"]}, "/eq/1", "without NUL and lone surrogates"),
        ({"contains": ["user.tags", ["a"]]}, "/contains/1", 'contains on user.tags expects text, not ["a"].'),
        ({"compare": [">", {"var": "user.city"}, 1]}, "/compare/1/var", "not one of type string."),
    ],
)
def test_a_wrong_operand_is_refused_with_its_place_what_was_expected_and_what_came(expr, pointer, message):
    fault = only_fault(expr)
    assert isinstance(fault, WrongOperand)
    assert fault.pointer == pointer
    assert message in fault.message


@pytest.mark.parametrize(
    ("expr", "pointer"),
    [
        ([], ""),
        ("x", ""),
        (None, ""),
        (True, ""),
        ({"eq": ["user.tier", "VIP"], "ne": ["user.tier", "new"]}, ""),
        ({"all": {}}, "/all"),
        ({"any": "x"}, "/any"),
        ({"all": [1]}, "/all/0"),
        ({"not": []}, "/not"),
        ({"not": [{}, {}]}, "/not"),
        ({"eq": []}, "/eq"),
        ({"eq": {"user.tier": "VIP"}}, "/eq"),
        ({"eq": [1, 2]}, "/eq/0"),
        ({"in_segment": []}, "/in_segment"),
        ({"in_segment": ["a", "b"]}, "/in_segment"),
        ({"in_segment": "a b"}, "/in_segment"),
        ({"compare": [">", 1]}, "/compare"),
        ({"compare": ["~", 1, 2]}, "/compare"),
        ({"compare": [[], 1, 2]}, "/compare"),
        ({"compare": [">", "x", 2]}, "/compare/1"),
        ({"compare": [">", {"^": [1]}, 2]}, "/compare/1/^"),
        ({"compare": [">", {"-": [1, 2, 3]}, 2]}, "/compare/1/-"),
        ({"compare": [">", {}, 2]}, "/compare/1"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_place(expr, pointer):
    fault = only_fault(expr)
    assert isinstance(fault, MalformedRule)
    assert fault.pointer == pointer


def test_every_fault_of_a_rule_is_reported_with_its_own_place():
    expr = {
        "any": [{"eq": ["user.teir", 1]}, {"all": [{"gt": ["user.opted_in", 1]}, {"no": [1]}]}, {"exists": "user.city"}]
    }
    found = faults(expr, at="/rules/0/expr")
    assert [fault.pointer for fault in found] == [
        "/rules/0/expr/any/0/eq/0",
        "/rules/0/expr/any/1/all/0/gt/0",
        "/rules/0/expr/any/1/all/1/no",
    ]


def test_slashes_and_tildes_of_a_name_are_escaped_in_the_pointer():
    assert only_fault({"a/b~c": []}).pointer == "/a~1b~0c"


def test_a_long_wrong_name_is_cut_in_the_message():
    assert len(only_fault({"eq": ["x" * 100_000, 1]}).message) < 300
    assert len(only_fault({"x" * 100_000: []}).message) < 300


def nested(levels):
    rule = {"exists": ["user.city"]}
    for _ in range(levels - 1):
        rule = {"not": rule}
    return rule


def test_a_rule_as_deep_as_the_limit_is_read():
    deepest = {"in": ["user.city", ["a"]]}
    for _ in range(MAX_DEPTH - 1):
        deepest = {"all": [deepest]}
    assert to_dsl(parse(deepest)) == deepest


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 10_000])
def test_a_deeper_rule_is_too_large_however_deep_it_is(levels):
    fault = only_fault(nested(levels))
    assert isinstance(fault, RuleTooLarge)
    assert "too deep: at most 32 levels" in fault.message


def test_lists_within_lists_are_too_deep_as_well():
    rule = []
    for _ in range(10_000):
        rule = [rule]
    assert isinstance(only_fault({"all": rule}), RuleTooLarge)


def test_a_rule_of_as_many_objects_as_the_limit_is_read_and_one_more_is_not():
    leaf = {"exists": ["user.city"]}
    assert parse({"all": [leaf] * (MAX_NODES - 1)}) == All((parse(leaf),) * (MAX_NODES - 1))
    assert "at most 2000 objects" in only_fault({"all": [leaf] * MAX_NODES}).message


def test_a_list_of_as_many_items_as_the_limit_is_read_and_one_more_is_not():
    cities = [str(number) for number in range(MAX_LIST)]
    assert len(parse({"in": ["user.city", cities]}).values) == MAX_LIST
    fault = only_fault({"in": ["user.city", [*cities, "x"]]})
    assert isinstance(fault, RuleTooLarge)
    assert fault.pointer == "/in/1"
