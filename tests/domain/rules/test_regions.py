"""Whether some value satisfies several predicates on one feature, against trying them all."""

from itertools import combinations, product

import pytest

from tessella.domain.features.gate import DAY_US
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.regions import Literal, is_empty
from tests.domain.rules.samples import NOW

PREDICATES = [
    *product(("gt", "gte", "lt", "lte", "eq", "ne"), (1, 2, 3)),
    *product(("in", "nin"), ([], [1], [1, 2], [2, 3])),
    *product(("between",), ([1, 2], [2, 2], [3, 1])),
    ("exists", None),
]


def literals(kind, predicates=PREDICATES):
    feature = Feature("f", kind)
    parsed = [OPERATORS[name].parse(feature, operand, "") for name, operand in predicates]
    return [Literal(each, holds) for each in parsed for holds in (True, False)]


def satisfied(group, value):
    return all(evaluate(each.predicate, {"f": value}, NOW, {}) is each.holds for each in group)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (FeatureType.INTEGER, [None, 0, 1, 2, 3, 4]),
        (FeatureType.NUMBER, [None, 0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0]),
    ],
)
def test_no_two_or_three_literals_are_called_empty_when_a_value_satisfies_them(kind, values):
    every = literals(kind)
    for group in (*combinations(every, 2), *combinations(every[::3], 3)):
        if any(satisfied(group, value) for value in values):
            assert not is_empty(group), group


def test_every_two_ranges_of_whole_numbers_that_share_none_are_called_empty():
    ranges = literals(FeatureType.INTEGER, product(("gt", "gte", "lt", "lte"), (1, 2, 3)))
    for group in combinations([each for each in ranges if each.holds], 2):
        assert is_empty(group) is not any(satisfied(group, value) for value in (None, 0, 1, 2, 3, 4))


def test_ages_are_called_empty_exactly_when_no_time_satisfies_them():
    days = product(("gte_days_since", "lte_days_since"), (0, 1, 2, 3))
    times = [None, *(NOW - half * DAY_US // 2 + step for half in range(-1, 8) for step in (-1, 0, 1))]
    every = literals(FeatureType.TIMESTAMP, days)
    for group in (*combinations(every, 1), *combinations(every, 2), *combinations(every, 3)):
        assert is_empty(group) is not any(satisfied(group, time) for time in times), group
