"""Intervals hold what they promise, on means that are known."""

import numpy as np
import pytest

from tessella.domain.ranking.evaluation.bootstrap import bootstrap, jackknife


def test_an_interval_of_95_percent_holds_the_true_mean_in_about_95_of_100_samples():
    random = np.random.default_rng(1)
    samples = random.exponential(0.3, (120, 200))
    held = sum(each.low <= 0.3 <= each.high for each in bootstrap(samples))
    assert len(bootstrap(samples)) == 200
    assert 0.89 <= held / 200 <= 0.99


def test_differences_of_the_same_subjects_are_surer_than_those_of_others():
    random = np.random.default_rng(2)
    mood = random.normal(0.5, 0.2, 400)
    ours, theirs = mood + 0.02 + random.normal(0, 0.01, 400), mood
    [paired] = bootstrap((ours - theirs)[:, np.newaxis])
    [unpaired] = bootstrap((ours - random.permutation(theirs))[:, np.newaxis])
    assert paired.low > 0.015
    assert paired.high - paired.low < (unpaired.high - unpaired.low) / 5


def test_the_same_values_give_the_same_interval():
    values = np.random.default_rng(3).random((50, 2))
    assert bootstrap(values) == bootstrap(values)


def test_one_subject_gives_a_point():
    [estimate] = bootstrap(np.array([[0.25]]))
    assert (estimate.value, estimate.low, estimate.high) == (0.25, 0.25, 0.25)
    assert jackknife(0.5, np.array([0.0])).low == 0.5


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(4).random(80)
    estimate = jackknife(values.mean(), (values.sum() - values) / 79)
    error = values.std(ddof=1) / np.sqrt(80)
    assert estimate.high - estimate.value == pytest.approx(1.959964 * error)
