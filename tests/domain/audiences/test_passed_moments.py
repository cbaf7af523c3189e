"""Which moments a cutoff has passed between two times."""

import pytest

from tessella.domain.audiences.audience import Audience, HeldFeature
from tessella.domain.audiences.increment import Passed, passed_between
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import All, Not
from tessella.domain.rules.operators.gte_days_since import GteDaysSince
from tessella.domain.rules.operators.lte_days_since import LteDaysSince

AUDIENCE = Audience("shop", "v", 0, 1, (), 0, {}, (HeldFeature("seen", FeatureType.TIMESTAMP),), 0)
BEFORE, NOW = 100 * DAY_US, 100 * DAY_US + 3


@pytest.mark.parametrize("read", [GteDaysSince("seen", 2), LteDaysSince("seen", 2)])
@pytest.mark.parametrize("times", [(BEFORE, NOW), (NOW, BEFORE)])
def test_they_are_those_whose_truth_is_another(read, times):
    [passed] = passed_between(AUDIENCE, [Not(All((read, read)))], *times)
    around = range(BEFORE - 2 * DAY_US - 5, NOW - 2 * DAY_US + 5)
    differing = [each for each in around if read.evaluate(each, BEFORE) != read.evaluate(each, NOW)]
    assert differing == list(range(passed.first, passed.last + 1))
    assert len(differing) == 3


def test_each_column_and_cutoff_is_there_once_and_none_when_no_time_has_passed():
    trees = [GteDaysSince("seen", 2), All((GteDaysSince("seen", 2), GteDaysSince("seen", 1)))]
    assert passed_between(AUDIENCE, trees, BEFORE, BEFORE) == []
    assert passed_between(AUDIENCE, trees, BEFORE, NOW) == [
        Passed("f0", 98 * DAY_US + 1, 98 * DAY_US + 3), Passed("f0", 99 * DAY_US + 1, 99 * DAY_US + 3),
    ]  # fmt: skip
