"""Figures of quality, against scikit-learn and against what is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as peer

from tessella.domain.predictions.bootstrap import (
    auc_difference,
    auc_interval,
    log_loss_difference,
    log_loss_interval,
)
from tessella.domain.predictions.metrics import auc, brier, expected_calibration_error, lift, log_loss


@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 9))
def test_auc_log_loss_and_brier_agree_with_scikit_learn_also_where_scores_tie(seed, rows, levels):
    random = np.random.default_rng(seed)
    positive = np.r_[True, False, random.random(rows - 2) < 0.4]
    said = random.integers(1, 10 * levels, rows) / (10 * levels)
    assert auc(positive, said) == pytest.approx(peer.roc_auc_score(positive, said))
    assert log_loss(positive, said) == pytest.approx(peer.log_loss(positive, said))
    assert brier(positive, said) == pytest.approx(peer.brier_score_loss(positive, said))


def test_a_certain_mistake_costs_much_and_not_infinitely_much():
    assert log_loss(np.array([True]), np.array([0.0])) == pytest.approx(34.5, abs=0.1)


def test_probabilities_that_happen_have_no_calibration_error():
    said = np.repeat(np.arange(10) / 10, 1000)
    happened = np.concatenate([np.arange(1000) < 100 * tenth for tenth in range(10)])
    assert expected_calibration_error(happened, said) == pytest.approx(0.0)


def test_the_calibration_error_is_the_distance_of_what_is_said_from_what_happens():
    happened = np.arange(1000) % 10 < 3
    assert expected_calibration_error(happened, np.full(1000, 0.5)) == pytest.approx(0.2)


def test_lift_is_how_much_more_often_it_happens_among_the_tenth_with_the_highest_probability():
    said = np.linspace(1, 0, 100)
    happened = np.r_[np.ones(6), np.zeros(4), np.ones(14), np.zeros(76)].astype(bool)
    assert lift(happened, said) == pytest.approx(0.6 / 0.2)


def test_intervals_of_95_percent_hold_the_truth_in_about_95_of_100_samples():
    truth = 0.760  # the AUC of normal scores that are one standard deviation apart
    held = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        positive = np.arange(200) % 2 == 0
        interval = auc_interval(positive, random.normal(size=200) + positive)
        held += interval.low <= truth <= interval.high
    assert held >= 52


def test_the_same_probabilities_do_not_differ():
    random = np.random.default_rng(3)
    said = random.random(300)
    positive = random.random(300) < said
    for difference in (log_loss_difference(positive, said, said), auc_difference(positive, said, said)):
        assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)


def test_a_difference_on_the_same_rows_is_surer_than_its_parts():
    random = np.random.default_rng(4)
    said = random.uniform(0.05, 0.95, 1500)
    positive = random.random(1500) < said
    paired = log_loss_difference(positive, said, 0.9 * said + 0.05 * random.random(1500))
    alone = log_loss_interval(positive, said)
    assert paired.high < 0
    assert paired.high - paired.low < (alone.high - alone.low) / 3


def test_resamples_without_one_of_the_classes_say_nothing_and_harm_nothing():
    positive = np.array([True] + [False] * 30)
    interval = auc_interval(positive, np.linspace(1, 0, 31))
    assert (interval.value, interval.low, interval.high) == (1.0, 1.0, 1.0)
