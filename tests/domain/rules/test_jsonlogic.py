"""What a JSONLogic rule means: the same tree as the native form, typed."""

import math

import pytest

from tessella.domain.rules.ast import ALWAYS, NEVER
from tessella.domain.rules.jsonlogic.calls import ARITY
from tests.domain.rules.jsonlogic_rules import FLAG, TEXT, N, fault, holds, native, tree

EXAMPLE_OF_REQUIREMENT_E = {
    "and": [
        {">": [{"var": "active_products_count"}, 2]},
        {"==": [{"var": "customer_status"}, "active"]},
        {">": [{"var": "total_revenue"}, 200]},
    ]
}


def test_the_example_rule_of_requirement_e_reads_as_three_predicates():
    assert tree(EXAMPLE_OF_REQUIREMENT_E) == native(
        {
            "all": [
                {"gt": ["active_products_count", 2]},
                {"eq": ["customer_status", "active"]},
                {"gt": ["total_revenue", 200]},
            ]
        }
    )
    assert holds(EXAMPLE_OF_REQUIREMENT_E, active_products_count=3, customer_status="active", total_revenue=200.5)
    assert not holds(EXAMPLE_OF_REQUIREMENT_E, active_products_count=3, customer_status="active", total_revenue=200.0)
    assert not holds(EXAMPLE_OF_REQUIREMENT_E, active_products_count=3, total_revenue=900.0)


@pytest.mark.parametrize(
    ("rule", "meaning"),
    [
        ({"and": [{">": [N, 1]}, {"<": [N, 9]}]}, {"all": [{"gt": ["n", 1]}, {"lt": ["n", 9]}]}),
        ({"or": [{">": [N, 1]}, {"<": [N, 9]}]}, {"any": [{"gt": ["n", 1]}, {"lt": ["n", 9]}]}),
        ({"!": [{">": [N, 1]}]}, {"not": {"gt": ["n", 1]}}),
        ({"!": {">": [N, 1]}}, {"not": {"gt": ["n", 1]}}),
        ({"!!": [N]}, {"truthy": ["n"]}),
        ({">=": [N, 1]}, {"gte": ["n", 1]}),
        ({"<=": [N, 1]}, {"lte": ["n", 1]}),
        ({"===": [TEXT, "x"]}, {"eq": ["text", "x"]}),
        ({"!=": [TEXT, "x"]}, {"not": {"eq": ["text", "x"]}}),
        ({"!==": [TEXT, "x"]}, {"not": {"eq": ["text", "x"]}}),
        ({"in": [TEXT, ["x", "y"]]}, {"in": ["text", ["x", "y"]]}),
        ({"in": ["x", TEXT]}, {"contains": ["text", "x"]}),
        ({"in": ["x", {"var": "tags"}]}, {"contains": ["tags", "x"]}),
        ({"var": "tags"}, {"truthy": ["tags"]}),
        ({"missing": ["n", "text"]}, {"not": {"all": [{"exists": ["n"]}, {"exists": ["text"]}]}}),
        ({"!": {"missing": "n"}}, {"exists": ["n"]}),
        ({"!": {"missing_some": [1, ["n", "text"]]}}, {"any": [{"exists": ["n"]}, {"exists": ["text"]}]}),
        ({">": [{"*": [N, 2]}, {"var": "i"}]}, {"compare": [">", {"*": [{"var": "n"}, 2]}, {"var": "i"}]}),
        ({"==": [N, {"var": "i"}]}, {"compare": ["==", {"var": "n"}, {"var": "i"}]}),
        ({"==": [{"var": "seen"}, "2026-01-31"]}, {"eq": ["seen", "2026-01-31T00:00:00Z"]}),
    ],
)
def test_each_operator_reads_as_its_native_form(rule, meaning):
    assert tree(rule) == native(meaning)


@pytest.mark.parametrize("empty", [{}, {"and": []}, None, [], ""])
def test_an_empty_rule_is_always_true(empty):
    assert tree(empty) == ALWAYS


@pytest.mark.parametrize("constant", [None, [], ""])
def test_what_is_empty_inside_a_rule_is_the_constant_that_it_is(constant):
    assert tree({"!!": [constant]}) == NEVER
    assert tree({"or": [constant, {">": [N, 1]}]}) == native({"gt": ["n", 1]})


@pytest.mark.parametrize("constant", [False, 0])
def test_a_constant_that_counts_as_false_is_no_empty_rule(constant):
    assert tree(constant) == NEVER


def test_an_empty_condition_inside_a_rule_is_true():
    assert tree({"and": [{}, {">": [N, 1]}]}) == native({"gt": ["n", 1]})


def test_a_comparison_can_be_written_with_the_feature_on_the_right():
    assert tree({"<": [5, N]}) == native({"gt": ["n", 5]})
    assert tree({">=": [5, N]}) == native({"lte": ["n", 5]})
    assert tree({"==": ["x", TEXT]}) == native({"eq": ["text", "x"]})


def test_three_arguments_say_between():
    assert tree({"<": [1, N, 9]}) == native({"all": [{"gt": ["n", 1]}, {"lt": ["n", 9]}]})
    assert tree({"<=": [1, N, 9]}) == native({"all": [{"gte": ["n", 1]}, {"lte": ["n", 9]}]})


@pytest.mark.parametrize("op", ["==", "==="])
def test_equal_to_null_is_absent_and_unequal_to_null_is_present(op):
    assert tree({op: [N, None]}) == tree({op: [None, N]}) == native({"not": {"exists": "n"}})
    assert tree({op.replace("=", "!", 1): [N, None]}) == native({"exists": "n"})


def test_unequal_holds_where_there_is_no_value():
    assert holds({"!=": [TEXT, "x"]})
    assert not holds({"==": [TEXT, "x"]})


def test_a_comparison_with_an_absent_value_is_false_where_the_reference_takes_null_for_0():
    assert not holds({"<": [N, 5]})
    assert not holds({"==": [N, {"var": "m"}]})
    assert not holds({">": [{"+": [N, 1]}, 0]})


def test_a_bare_feature_is_true_unless_it_is_empty_0_false_or_absent():
    assert [holds(TEXT, text=each) for each in ("0", "x", "")] == [True, True, False]
    assert [holds(N, n=each) for each in (-1.0, 0.0)] == [True, False]
    assert not holds(FLAG)


def test_arithmetic_that_divides_by_zero_or_overflows_is_absent():
    assert not holds({"==": [{"/": [N, {"var": "m"}]}, {"/": [N, {"var": "m"}]}]}, n=1.0, m=0.0)
    assert not holds({">": [{"*": [N, N]}, 1]}, n=1e300)
    assert not holds({"+": [N, 1]}, n=-1.0)
    assert holds({"==": [{"%": [N, 3]}, -2]}, n=-8.0)


def test_constant_arithmetic_without_a_finite_result_is_a_fault():
    assert fault({">": [N, {"/": [1, 0]}]}).message == "(1 / 0) is not a number."
    assert fault({"+": ["x", 1]}).pointer == "/+/0"


def test_arithmetic_beside_numeric_text_is_compared_with_the_number_but_not_by_strict_equality():
    assert tree({"==": [{"+": [N, 1]}, "10"]}) == tree({"===": [{"+": [N, 1]}, 10]})
    assert fault({"===": [{"+": [N, 1]}, "10"]}).message == '"===" compares arithmetic with a number, not with "10".'


def test_a_default_stands_in_for_an_absent_value():
    rule = {">": [{"var": ["n", 7]}, 5]}
    assert [holds(rule), holds(rule, n=6.0), holds(rule, n=1.0)] == [True, True, False]


def test_if_chooses_between_conditions():
    rule = {"if": [FLAG, {">": [N, 1]}, {"var": "flag2"}, {"<": [N, 0]}, {"==": [N, 0.5]}]}
    assert holds(rule, flag=True, n=2.0)
    assert not holds(rule, flag=True, flag2=True, n=-1.0)
    assert holds(rule, flag=False, flag2=True, n=-1.0)
    assert holds(rule, n=0.5)


def test_an_if_without_a_last_value_is_false_where_no_condition_holds():
    assert not holds({"if": [FLAG, True]})
    assert not holds({"!=": [{"if": [FLAG, 1]}, None]})


def test_if_and_or_choose_what_is_compared():
    assert tree({">": [{"if": [FLAG, N, {"var": "i"}]}, 5]}) == native(
        {"any": [{"all": [{"truthy": ["flag"]}, {"gt": ["n", 5]}]},
                 {"all": [{"not": {"truthy": ["flag"]}}, {"gt": ["i", 5]}]}]}
    )  # fmt: skip
    assert holds({"==": [{"or": [TEXT, "none"]}, "none"]}, text="")
    assert holds({"==": [{"and": [TEXT, "all"]}, "all"]}, text="x")
    assert tree({"==": [{">": [N, 1]}, True]}) == native({"gt": ["n", 1]})


def test_an_if_over_constants_leaves_only_the_branch_taken():
    assert tree({">": [{"if": [{"<": [1, 2]}, N, {"var": "i"}]}, 5]}) == native({"gt": ["n", 5]})
    assert tree({"==": [{"if": [True, N, TEXT]}, 5]}) == native({"eq": ["n", 5]})


def test_constants_fold_with_javascript_coercions():
    true = [
        {"==": [1, "1"]}, {"==": ["0x10", 16]}, {"==": ["", 0]}, {"==": [True, "1"]}, {"==": [None, None]},
        {"<": ["10", "9"]}, {"<": [9, "10"]}, {"<": [None, 1]}, {"in": ["ell", "hello"]}, {"in": [1, [True, 1]]}, "0",
        {"<": ["\U0001f600", "\uffff"]},
    ]  # fmt: skip
    false = [
        {"===": [1, "1"]}, {"==": [None, 0]}, {"==": ["1_0", 10]}, {"<": [1, "x"]}, {"in": ["", ""]}, 0,
        {"in": [1, ["1", True]]}, math.nan, {"==": [math.nan, math.nan]},
    ]  # fmt: skip
    assert [tree(each) for each in true] == [ALWAYS] * len(true)
    assert [tree(each) for each in false] == [NEVER] * len(false)


def test_numeric_text_beside_a_number_is_read_as_the_number_but_not_by_strict_equality():
    assert tree({"==": [N, " 5e0 "]}) == tree({"==": [N, 5]})
    assert tree({">": [{"var": "i"}, "5"]}) == tree({">": [{"var": "i"}, 5]})
    assert tree({"==": [FLAG, 1]}) == native({"eq": ["flag", True]})
    assert fault({"===": [N, "5"]}).message == '=== on n expects a number, not "5".'


def test_every_text_holds_the_empty_one_also_where_the_reference_finds_nothing_in_an_empty_text():
    assert holds({"in": ["", TEXT]}, text="")


def test_texts_order_by_code_point_and_times_as_moments():
    assert holds({">": [TEXT, "\uffff"]}, text="\U0001f600")
    assert tree({">": [{"var": "seen"}, "2026-01-31T01:00:00+01:00"]}) == native({"gt": ["seen", "2026-01-31"]})


@pytest.mark.parametrize("present", range(5))
@pytest.mark.parametrize("needed", range(6))
def test_missing_some_holds_where_fewer_than_needed_or_not_all_are_there(present, needed):
    names = ["n", "m", "i", "total_revenue"]
    rule = {"missing_some": [needed, names]}
    values = dict.fromkeys(names[:present], 1.0)
    assert holds(rule, **values) is (present < min(needed, len(names)))


def test_every_operator_of_requirement_e_is_read():
    assert {"and", "or", "!", ">", "<", ">=", "<=", "==", "!=", "in", "var"} <= ARITY.keys()
