"""Scores become probabilities that mean what they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.predictions.metrics import expected_calibration_error, log_loss
from tessella.domain.predictions.reliability import Method, Reliability
from tessella.domain.predictions.training.fit_reliability import fit_reliability, isotonic, platt
from tests.domain.predictions.tables import sigmoid

finite = st.floats(-50, 50)
rising = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=6, unique=True).map(sorted)


@st.composite
def mappings(draw):
    method = draw(st.sampled_from(Method))
    if method is not Method.ISOTONIC:
        return Reliability(method, draw(finite), draw(finite))
    scores = draw(rising)
    probabilities = draw(st.lists(st.floats(0, 1), min_size=len(scores), max_size=len(scores)).map(sorted))
    return Reliability(method, scores=tuple(scores), probabilities=tuple(probabilities))


@given(mappings(), st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 1e-300])), min_size=1))
def test_one_score_and_many_become_the_same_probabilities_between_0_and_1(mapping, scores):
    alone = np.array([mapping.one(score) for score in scores])
    together = mapping.many(np.array(scores))
    assert together == pytest.approx(alone, abs=1e-12)
    assert ((together >= 0) & (together <= 1)).all()


@given(st.sampled_from([platt, isotonic]), st.integers(0, 1000))
def test_a_higher_score_never_becomes_a_lower_probability(fit, seed):
    random = np.random.default_rng(seed)
    scores = random.random(120)
    mapping = fit(scores, random.random(120) < scores)
    assert (np.diff(mapping.many(np.linspace(0, 1, 50))) >= -1e-12).all()


def test_a_score_that_weights_distorted_is_repaired():
    """Balanced weights add a constant to the log-odds: a line through them takes it away."""
    random = np.random.default_rng(5)
    logits = random.normal(-3, 1, 20_000)
    positive = random.random(20_000) < sigmoid(logits)
    mapping, crossed = fit_reliability(sigmoid(logits + 3), positive)
    assert mapping.method is Method.PLATT
    assert (mapping.slope, mapping.offset) == (pytest.approx(1, abs=0.1), pytest.approx(-3, abs=0.1))
    assert expected_calibration_error(positive, sigmoid(logits + 3)) > 0.3
    assert expected_calibration_error(positive, crossed) < 0.01


def test_a_score_that_is_bent_is_repaired_by_the_isotonic_way():
    random = np.random.default_rng(6)
    chance = random.random(20_000)
    positive = random.random(20_000) < chance
    bent = np.where(chance < 0.5, chance**3, 0.9 + chance / 10)
    mapping, crossed = fit_reliability(bent, positive)
    assert mapping.method is Method.ISOTONIC
    assert expected_calibration_error(positive, crossed) < 0.02 < expected_calibration_error(positive, bent)


def test_a_score_that_means_what_it_says_stays_as_it_is_or_almost():
    random = np.random.default_rng(7)
    chance = random.uniform(0.05, 0.95, 5_000)
    positive = random.random(5_000) < chance
    mapping, crossed = fit_reliability(chance, positive)
    assert mapping.method is not Method.ISOTONIC
    assert mapping.many(chance) == pytest.approx(chance, abs=0.03)
    assert log_loss(positive, crossed) == pytest.approx(log_loss(positive, chance), abs=0.001)


def test_the_isotonic_way_is_certain_of_nothing():
    scores = np.linspace(0.01, 0.99, 100)
    mapping = isotonic(scores, scores > 0.5)
    assert (mapping.one(0.0), mapping.one(1.0)) == (0.005, 0.995)
