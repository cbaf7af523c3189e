"""Effects and their p-values, beside those of scipy and of published tables."""

import math
import random
from statistics import fmean, variance

import numpy as np
import pytest
from scipy import stats

from tessella.domain.audiences.profile.discoveries import q_values
from tessella.domain.audiences.profile.effects import (
    LARGEST,
    Moments,
    Share,
    association,
    mean_difference,
    odds_difference,
)


def moments(numbers):
    return Moments(len(numbers), fmean(numbers), variance(numbers))


def test_a_difference_of_means_has_the_p_value_of_welchs_test():
    rng = random.Random(1)
    ours, theirs = [rng.gauss(1, 2) for _ in range(40)], [rng.gauss(0, 1) for _ in range(70)]
    found = mean_difference(moments(ours), moments(theirs))
    spread = math.sqrt((variance(ours) + variance(theirs)) / 2)
    assert found.size == pytest.approx((fmean(ours) - fmean(theirs)) / spread)
    assert found.p_value == pytest.approx(stats.ttest_ind(ours, theirs, equal_var=False).pvalue)


def test_the_sign_of_an_effect_says_who_has_more():
    assert mean_difference(Moments(9, 1.0, 1.0), Moments(9, 2.0, 1.0)).size == pytest.approx(-1.0)
    assert odds_difference(Share(1, 100), Share(50, 100)).size < 0


def test_shares_have_the_p_value_of_the_chi_squared_test():
    found = odds_difference(Share(30, 100), Share(40, 300))
    expected = stats.chi2_contingency([[30, 70], [40, 260]], correction=False)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.value == pytest.approx(math.log(30.5 * 260.5 / (70.5 * 40.5)))


def test_levels_have_the_chi_squared_test_and_the_corrected_v():
    table = [(50, 200), (30, 400), (20, 330)]
    found = association(table)
    expected = stats.chi2_contingency(table)
    excess = expected.statistic / 1030 - 2 / 1029
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.value == pytest.approx(math.sqrt(excess / (1 - 1 / 1029)))


def test_levels_too_rare_for_the_test_join_hands():
    rare = [(1, 0)] * 30
    found = association([(60, 200), (10, 200), *rare])
    expected = stats.chi2_contingency([(60, 200), (10, 200), (30, 0)])
    assert found.p_value == pytest.approx(expected.pvalue)


def test_levels_that_chance_explains_have_no_association():
    assert association([(50, 500), (50, 500)]).size == 0.0


def test_groups_without_overlap_have_the_largest_effect():
    assert association([(100, 0), (0, 100)]).size == LARGEST
    assert mean_difference(Moments(50, 100.0, 0.01), Moments(50, 0.0, 0.01)).size == LARGEST


@pytest.mark.parametrize(
    "found",
    [
        mean_difference(Moments(1, 1.0, 0.0), Moments(50, 2.0, 1.0)),
        mean_difference(Moments(50, 1.0, 0.0), Moments(50, 2.0, 0.0)),
        odds_difference(Share(0, 10), Share(0, 20)),
        odds_difference(Share(10, 10), Share(20, 20)),
        odds_difference(Share(0, 0), Share(3, 20)),
        association([]),
        association([(40, 60)]),
        association([(0, 60), (0, 40)]),
    ],
)
def test_where_nothing_can_be_compared_there_is_no_effect(found):
    assert found is None


def test_q_values_are_those_of_benjamini_and_hochberg():
    rng = random.Random(3)
    p_values = [rng.random() ** 3 for _ in range(200)] + [0.0, 1.0, 0.5, 0.5]
    assert np.allclose(q_values(p_values), stats.false_discovery_control(p_values))
    assert q_values([]) == []


def test_of_a_thousand_comparisons_that_are_chance_hardly_any_is_called_sure():
    rng = random.Random(4)
    assert sum(q <= 0.05 for q in q_values([rng.random() for _ in range(1000)])) == 0
