"""Document C's "Individual Baseline Decomposition": what of "IDENTICAL" is so, and where lengths break it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tessella.domain.taxonomy.anomaly.frame import Frame
from tessella.domain.taxonomy.anomaly.placing import distances
from tests.domain.taxonomy.calibrated_by_hand import a_segment, a_taxonomy, an_axis

FRAME = Frame.of(a_taxonomy(an_axis("monetization", 4, (0, 1, 2), a_segment(1, (0.5, -1.0, 2.0), sd=0.5))))
CENTER = np.array([0.5, -1.0, 2.0])
POINTS = arrays(np.float64, 3, elements=st.floats(-50, 50))
ONLY = np.zeros((1, 1), np.intp)


def delta(baseline: np.ndarray, current: np.ndarray) -> float:
    """Document C's, as answers tell it."""
    typical, now = distances(FRAME, np.array([[baseline], [current]]), ONLY)
    return float(now[0, 0] - typical[0, 0])


@given(POINTS, POINTS)
def test_center_and_offset_together_are_the_players_own_baseline(baseline: np.ndarray, current: np.ndarray):
    offset = baseline - CENTER
    assert CENTER + offset == pytest.approx(baseline)
    assert (current - CENTER) - offset == pytest.approx(current - baseline)


@given(POINTS, POINTS)
def test_a_difference_of_distances_is_never_more_than_the_distance_of_the_move(
    baseline: np.ndarray, current: np.ndarray
):
    moved = np.linalg.norm((current - baseline) / 0.5)
    assert abs(delta(baseline, current)) <= moved + 1e-9 * (1 + moved)


@given(st.floats(-40, 40), st.floats(-40, 40))
def test_they_are_identical_where_a_player_moves_straight_to_or_from_the_center(before: float, after: float):
    direction = np.array([1.0, 2.0, -2.0]) / 3
    told = delta(CENTER + abs(before) * direction, CENTER + abs(after) * direction)
    assert told == pytest.approx((abs(after) - abs(before)) / 0.5, abs=1e-9)


@given(POINTS)
def test_a_move_to_the_other_side_of_the_center_has_no_delta_however_far_it_is(baseline: np.ndarray):
    assert delta(baseline, 2 * CENTER - baseline) == pytest.approx(0.0, abs=1e-9)
