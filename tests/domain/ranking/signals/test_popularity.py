import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.signals.popularity import TOP_ROWS, DecayedSums, popularity, popularity_of
from tests.domain.ranking.signals.events import NOW, events, some_events

HALF_LIVES = st.floats(0.1, 3650)


def test_popularity_is_the_logarithm_of_decayed_weights_by_the_greatest():
    found = popularity(events((0, 0, NOW), (1, 0, NOW), (0, 2, NOW - 30 * DAY_US), weights=[1, 0.5, 1]), 4, 30.0, NOW)
    expected = np.log1p([1.5, 0, 0.5, 0]) / np.log1p(1.5)
    assert found.scores.tolist() == expected.astype(np.float32).tolist()
    assert found.top.tolist() == [0, 2, 1, 3]


def test_an_event_one_half_life_old_counts_half():
    aged = DecayedSums.none(1, 7.0, NOW).plus(events((0, 0, NOW - 7 * DAY_US)))
    assert aged.at(NOW).tolist() == [0.5]
    assert aged.at(Instant(NOW + 7 * DAY_US)).tolist() == [0.25]


def test_an_event_after_the_moment_does_not_count():
    assert popularity(events((0, 0, NOW + 1), (0, 1, NOW)), 2, 30.0, NOW).scores.tolist() == [0, 1]


@given(seed=st.integers(0, 2**32), split=st.integers(0, 100), half_life_days=HALF_LIVES)
def test_two_portions_of_events_give_exactly_the_sums_of_one(seed, split, half_life_days):
    whole = some_events(seed, 100)
    moment = np.sort(whole.times)[min(split, 99)]
    early, late = whole.window(moment), whole.where(whole.times > moment)
    nothing = DecayedSums.none(20, half_life_days, NOW)
    both, one = nothing.plus(early).plus(late), nothing.plus(whole)
    np.testing.assert_allclose(both.sums, one.sums, rtol=1e-12)
    np.testing.assert_array_max_ulp(popularity_of(both, NOW).scores, popularity_of(one, NOW).scores)


@given(half_life_days=HALF_LIVES, years=st.integers(0, 60))
def test_sums_stay_finite_however_long_events_are_added(half_life_days, years):
    sums = DecayedSums.none(2, half_life_days, Instant(0))
    for year in range(0, years, 5):
        sums = sums.plus(events((0, 0, year * 365 * DAY_US)))
    now = Instant(years * 365 * DAY_US)
    assert np.isfinite(sums.sums).all()
    found = popularity_of(sums.plus(events((0, 1, now))), now).scores
    assert found[1] > 0
    assert np.isfinite(found).all()


def test_a_moved_landmark_changes_nothing_but_what_is_too_old_to_matter():
    near = DecayedSums.none(2, 1.0, NOW).plus(events((0, 0, NOW)))
    later = Instant(NOW + 600 * DAY_US)
    moved = near.plus(events((0, 1, later)))
    assert moved.landmark == later
    assert moved.at(later).tolist() == [2.0**-600, 1.0]


def test_items_of_the_same_popularity_are_in_the_order_of_their_rows():
    assert popularity(events((0, 3, NOW), (0, 1, NOW)), 4, 30.0, NOW).top.tolist() == [1, 3, 0, 2]


def test_without_events_every_item_is_as_unpopular_and_the_top_is_in_the_order_of_rows():
    found = popularity(events(), 3, 30.0, NOW)
    assert found.scores.tolist() == [0, 0, 0]
    assert found.top.tolist() == [0, 1, 2]
    assert len(popularity(events(), 0, 30.0, NOW).top) == 0


def test_the_top_is_bounded():
    assert len(popularity(events((0, TOP_ROWS + 4, NOW)), TOP_ROWS + 5, 30.0, NOW).top) == TOP_ROWS


@pytest.mark.parametrize("weight", [1e-30, 3e38])
def test_tiny_and_huge_weights_give_scores_from_0_to_1(weight):
    scores = popularity(events((0, 0, NOW), (0, 1, 0), weights=[weight, weight]), 2, 0.1, NOW).scores
    assert scores.tolist() == [1, 0] or weight == 3e38
    assert ((scores >= 0) & (scores <= 1)).all()
