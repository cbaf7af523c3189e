"""Every operator of the registry satisfies every check, and a new one needs a file and a line, nothing else."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import Form
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.operators import OPERATORS, name_of
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.operands import refuse
from tessella.domain.rules.parse import parse_rule
from tests.domain.rules.operator_checks import CHECKS
from tests.domain.rules.samples import SCHEMA, cases


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(("name", "kind"), cases())
def test_every_operator_passes_every_check_on_every_type_that_it_accepts(name, kind, check):
    check(name, kind)


def test_the_operators_of_the_native_form_are_all_there():
    assert set(OPERATORS) == {
        "eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "between", "contains", "starts_with", "matches", "exists",
        "truthy", "gte_days_since", "lte_days_since", "percent",
    }  # fmt: skip


def test_an_operator_knows_its_registered_name():
    assert name_of(Eq("user.tier", "VIP", FeatureType.STRING)) == "eq"


@dataclass(frozen=True, slots=True)
class DivisibleBy:
    """True when the value is a multiple of the operand.

    >>> DivisibleBy("user.integer", 2).evaluate(4, now_us=0)
    True
    """

    feature: str
    divisor: int

    accepts: ClassVar = frozenset({FeatureType.INTEGER})

    @classmethod
    def parse(cls, feature: Feature, operand: object, at: str) -> "DivisibleBy":
        if type(operand) is not int or not 1 <= operand <= 2**53:
            refuse("divisible_by", feature, "a whole number from 1", operand, at)
        return cls(feature.name, operand)

    def operand(self):
        return self.divisor

    def evaluate(self, value, now_us):
        return value % self.divisor == 0

    def sentence(self):
        return f"{self.feature} is divisible by {self.divisor}"


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.setitem(OPERATORS, "divisible_by", DivisibleBy)


def test_a_new_operator_is_read_and_evaluated_once_it_is_registered(toy):
    rule = parse_rule({"divisible_by": ["user.integer", 3]}, Form.DSL, SCHEMA)
    assert [evaluate(rule, {"user.integer": value}, 0, {}) for value in (3, 4, None)] == [True, False, False]


def test_a_new_operator_goes_through_every_check_once_it_is_registered(toy):
    assert [kind for name, kind in cases() if name == "divisible_by"] == [FeatureType.INTEGER]
    for check in CHECKS:
        check("divisible_by", FeatureType.INTEGER)
