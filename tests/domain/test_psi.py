"""The population stability index: its value, its symmetry, and what chance makes of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from tessella.domain.psi import Counted, psi, psi_by_chance

SHARES = st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any)


def counted(counts: list[int], rows: int = 1000) -> Counted:
    return Counted((np.array(counts) / sum(counts)).tolist(), rows)


def test_it_is_what_the_literature_computes():
    then, now = (0.2, 0.3, 0.5), (0.3, 0.3, 0.4)
    assert psi(Counted(then, 1000), Counted(now, 1000)) == pytest.approx(0.1 * np.log(1.5) + 0.1 * np.log(1.25))


@settings(max_examples=50)
@given(SHARES, st.data())
def test_it_is_symmetric_not_below_zero_and_zero_for_the_same(counts, data):
    other = data.draw(st.lists(st.integers(0, 50), min_size=len(counts), max_size=len(counts)).filter(any))
    then, now = counted(counts), counted(other)
    assert psi(then, now) == pytest.approx(psi(now, then))
    assert psi(then, now) >= 0
    assert psi(then, then) == 0


def test_an_empty_bin_counts_as_half_a_row():
    half = 0.5 / 100
    told = psi(Counted((1.0, 0.0), 100), Counted((0.5, 0.5), 100))
    assert told == pytest.approx(-0.5 * np.log(0.5) + (0.5 - half) * np.log(0.5 / half))


def test_samples_of_one_population_stay_below_what_chance_explains_about_as_often_as_it_says():
    random = np.random.default_rng(7)
    shares = np.full(10, 0.1)
    then, now = random.multinomial(2000, shares, 400), random.multinomial(500, shares, 400)
    below = [
        psi(a, b) <= psi_by_chance(a, b)
        for a, b in (
            (counted(one.tolist(), 2000), counted(other.tolist(), 500)) for one, other in zip(then, now, strict=True)
        )
    ]
    assert np.mean(below) == pytest.approx(0.95, abs=0.04)


@pytest.mark.parametrize("bins", [2, 3, 5, 11, 50])
def test_the_quantile_is_that_of_chi_square_within_three_per_cent(bins):
    shares = tuple(np.full(bins, 1 / bins))
    told = psi_by_chance(Counted(shares, 1000), Counted(shares, 1000))
    assert told == pytest.approx(chi2.ppf(0.95, bins - 1) * 2 / 1000, rel=0.03)


def test_bins_that_nobody_is_in_are_no_degree_of_freedom():
    used, unused = Counted((0.5, 0.5, 0.0), 100), Counted((0.5, 0.5), 100)
    assert psi_by_chance(used, used) == psi_by_chance(unused, unused)
    assert psi_by_chance(Counted((1.0, 0.0), 100), Counted((1.0, 0.0), 100)) == 0
