"""What JSONLogic rules are refused for, and where the fault is said to stand."""

import math
from contextlib import suppress

import pytest

from tessella.domain.errors import (
    MalformedRule,
    PersonalFeature,
    RuleTooLarge,
    TessellaError,
    UnknownFeature,
    UnknownOperator,
    UnsupportedOperator,
    WrongOperand,
)
from tessella.domain.identifiers import Json
from tessella.domain.rules.ast import Form
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.jsonlogic.calls import UNSUPPORTED
from tessella.domain.rules.parse import parse_rule
from tests.domain.rules.jsonlogic_rules import FLAG, SCHEMA, TEXT, N, fault, faults, holds, native, tree


@pytest.mark.parametrize(
    ("rule", "pointer", "message"),
    [
        ({"<": [5, TEXT]}, "/</0", "< on text expects text, not 5."),
        ({"!=": [TEXT, 5]}, "/!=/1", "!= on text expects text, not 5."),
        ({">": [N, None]}, "/>/1", "> on n expects a number, not null."),
        ({"==": [N, ""]}, "/==/1", '== on n expects a number, not "".'),
        ({"==": [{"var": "i"}, 2.5]}, "/==/1", "== on i expects a whole number, finite and within 2^53, not 2.5."),
        ({"in": [N, [1, "x"]]}, "/in/1/1", 'in on n expects a number, not "x".'),
        ({"==": [TEXT, {"var": "other"}]}, "/==/0/var",
         "== on text expects a constant beside it, or numbers on both sides, not another feature beside string."),
        ({">": [{"+": [TEXT, 1]}, 2]}, "/>/0/+/0/var",
         "+ on text expects a feature of type integer or number, not one of type string."),
    ],
)  # fmt: skip
def test_mixed_types_are_refused_with_the_operator_as_written(rule, pointer, message):
    found = fault(rule)
    assert (type(found), found.pointer, found.message) == (WrongOperand, pointer, message)


def test_a_value_that_the_feature_does_not_allow_is_refused_with_the_nearest():
    assert fault({"==": [{"var": "tier"}, "vip"]}).hint() == 'Did you mean "VIP"?'


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ({"in": [TEXT, "constant text"]}, "/in"),
        ({"in": [TEXT, {"var": "tags"}]}, "/in"),
        ({"==": [TEXT, ["x"]]}, "/==/1"),
        ({"==": [{"+": [N, 1]}, None]}, "/==/1"),
        ({"==": [{"missing": ["n"]}, []]}, "/==/0/missing"),
        ({"in": ["n", {"missing": ["n"]}]}, "/in/1/missing"),
        ({"in": ["x", [TEXT]]}, "/in/1"),
        ({"!": [{"and": []}]}, "/!/0/and"),
        ({"or": []}, "/or"),
        ({"!": [1, 2]}, "/!"),
        ({">": [N]}, "/>"),
        ({"!=": [N, 1, 2]}, "/!="),
        ({"and": [True, {"==": [1, 1], "!=": [1, 2]}]}, "/and/1"),
        ({"var": 1}, "/var"),
        ({"var": {"var": "text"}}, "/var"),
        ({"missing_some": ["1", ["n"]]}, "/missing_some"),
        ({"missing_some": [-1, ["n"]]}, "/missing_some"),
        ({"a/b~c": [{"and": []}]}, "/a~1b~0c"),
    ],
)
def test_what_has_no_meaning_here_is_refused_where_it_stands(rule, pointer):
    found = fault(rule)
    assert isinstance(found, MalformedRule | UnknownOperator)
    assert found.pointer == pointer


def test_all_faults_are_told_at_once_each_where_it_stands():
    rule = {
        "or": [{"var": "zz"}, {"if": [{">": [N, "x"]}, {"foo": 1}, {"!": [{"==": [TEXT, 1]}]}]}, {"<": ["a", N, []]}]
    }
    found = [(type(each), each.pointer) for each in faults(rule)]
    assert found == [
        (UnknownFeature, "/or/0/var"),
        (WrongOperand, "/or/1/if/0/>/1"),
        (UnknownOperator, "/or/1/if/1/foo"),
        (WrongOperand, "/or/1/if/2/!/0/==/1"),
        (WrongOperand, "/or/2/</0"),
        (MalformedRule, "/or/2/</2"),
    ]


def test_an_unknown_operator_is_told_with_the_nearest_one():
    assert fault({"mising": ["n"]}).hint() == 'Did you mean "missing"?'


@pytest.mark.parametrize("op", sorted(UNSUPPORTED))
def test_an_operator_of_other_engines_is_refused_as_not_supported(op):
    found = fault({"and": [{op: [TEXT, 1]}]})
    assert isinstance(found, UnsupportedOperator)
    assert found.pointer == f"/and/0/{op}"
    assert found.message == f'The JSONLogic operator "{op}" is not supported in rules.'


def test_an_unknown_feature_is_told_with_the_nearest_and_a_personal_one_is_barred():
    assert fault({"missing": ["custmer_status"]}).hint() == 'Did you mean "customer_status"?'
    assert isinstance(fault({"==": [{"var": "email"}, "a@b.c"]}), PersonalFeature)


def test_pointers_start_where_the_rule_stands():
    with pytest.raises(UnknownFeature) as caught:
        parse_rule({"!": {"var": "zz"}}, Form.JSONLOGIC, SCHEMA, "/rules/0/expr")
    assert caught.value.pointer == "/rules/0/expr/!/var"


def nested(op: str, levels: int) -> Json:
    rule: Json = {">": [N, 1]}
    for _ in range(levels):
        rule = {op: [rule]}
    return rule


def test_a_rule_ten_thousand_levels_deep_is_refused():
    assert isinstance(fault(nested("!", 10_000)), RuleTooLarge)
    assert tree(nested("!", 30)) == native({"gt": ["n", 1]})


def test_choices_within_choices_are_refused_before_they_are_written_out():
    rule: Json = FLAG
    for _ in range(28):
        rule = {"if": [rule, {"<": [N, 1]}, {">": [N, 2]}]}
    assert isinstance(fault(rule), RuleTooLarge)


def test_choices_that_would_be_written_out_too_deep_are_refused():
    rule: Json = FLAG
    for _ in range(20):
        rule = {"if": [{"<": [N, 1]}, {">": [N, 2]}, rule]}
    assert fault(rule).message == "The rule is too deep: at most 32 levels are allowed."


def test_too_many_combinations_of_choices_in_one_operator_are_refused():
    either = {"if": [FLAG, N, {"var": "m"}]}
    assert holds({">": [{"+": [either] * 6}, 11]}, flag=True, n=2.0)
    assert isinstance(fault({">": [{"+": [either] * 9}, 15]}), RuleTooLarge)


def test_missing_some_over_too_many_names_is_refused():
    assert isinstance(fault({"missing_some": [20, ["n"] * 40]}), RuleTooLarge)
    assert isinstance(fault({"missing_some": [15, ["n"] * 30]}), RuleTooLarge)


@pytest.mark.parametrize(
    "constant", [math.nan, math.inf, 2**70, 10**400, -(10**400), "\0", "\ud800", "x" * 1000, "1e999", "٣", {}, []]
)
@pytest.mark.parametrize("op", ["==", "<", "in", "+", "%", "===", "if", "var", "missing", "missing_some"])
def test_a_hostile_constant_is_read_or_refused_with_an_error_of_ours(op, constant):
    for other in (N, TEXT, FLAG, {"var": "seen"}, {"var": "tags"}, {"+": [N, 1]}, constant):
        for rule in ({op: [other, constant]}, {op: [constant, other]}, {op: constant}):
            with suppress(TessellaError):
                assert native(to_dsl(tree(rule))) == tree(rule)
