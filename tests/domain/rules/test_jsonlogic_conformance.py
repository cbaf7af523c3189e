"""The public JSONLogic suites, run as they are published."""

import pytest

from tessella.domain.errors import UnknownOperator
from tests.domain.rules.jsonlogic_outcomes import Outcome, outcomes_with_a_constant_moved, published_outcomes
from tests.domain.rules.jsonlogic_report import REASONS, REPORT, report
from tests.domain.rules.jsonlogic_suites import Kind, kind_of, published_cases


def of_kind(kind: Kind) -> list[Outcome]:
    return [each for each in published_outcomes() if each.case.kind is kind]


def test_every_published_case_is_run():
    assert len(published_cases()) == 277 + 751
    assert len({case.suite for case in published_cases()}) == 1 + 24
    assert len(published_outcomes()) == len(published_cases())


@pytest.mark.parametrize(
    ("rule", "result", "kind"),
    [
        ({">": [{"var": "n"}, 1]}, True, Kind.BOOLEAN),
        ({"+": [1, 2]}, 3, Kind.OTHER_RESULT),
        ({"and": [True, {"==": ["ab", {"cat": ["a", "b"]}]}]}, True, Kind.OTHER_OPERATOR),
    ],
)
def test_a_case_counts_as_boolean_only_with_our_operators_and_a_result_of_true_or_false(rule, result, kind):
    assert kind_of(rule, result) is kind


def test_at_least_95_percent_of_the_boolean_cases_in_our_operators_pass_on_every_engine():
    boolean = of_kind(Kind.BOOLEAN)
    assert len(boolean) == 336
    assert sum(each.passes for each in boolean) / len(boolean) >= 0.95


def test_the_three_engines_give_one_answer_to_every_case():
    outcomes = [*published_outcomes(), *outcomes_with_a_constant_moved()]
    assert [each.case.rule for each in outcomes if len(set(each.answers)) > 1] == []


def test_every_case_with_another_operator_is_refused_where_the_fault_stands():
    faults = [each.fault for each in of_kind(Kind.OTHER_OPERATOR)]
    assert None not in faults
    assert all(fault.pointer.startswith("/") for fault in faults if isinstance(fault, UnknownOperator))


def test_a_constant_moved_into_the_data_changes_no_answer_without_a_stated_reason():
    answered = [each for each in outcomes_with_a_constant_moved() if each.fault is None]
    assert len(answered) > 400
    assert {str(each.case.rule) for each in answered if not each.passes} == {"{'==': [None, {'var': 'moved'}]}"}


def test_every_stated_reason_belongs_to_a_deviation():
    text = REPORT.read_text(encoding="utf-8")
    assert [rule for rule in REASONS if f"`{rule}`" not in text] == []


def test_the_conformance_report_says_what_the_engines_answer():
    assert REPORT.read_text(encoding="utf-8") == report(), "run: python -m tests.domain.rules.jsonlogic_report"
