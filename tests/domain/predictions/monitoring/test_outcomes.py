"""What was said against what has happened."""

import msgspec
import numpy as np
import pytest

from tessella.domain.predictions.metrics import expected_calibration_error
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.monitoring.outcomes import calibration_error_by_chance, outcomes_of
from tessella.domain.predictions.monitoring.told import told_outcomes
from tests.domain.predictions.monitoring.test_drift import CARD

LIMITS = Limits()
TOLD = np.random.default_rng(5).beta(2.0, 3.0, 1000)


def happened(probabilities: np.ndarray, seed: int = 6) -> np.ndarray:
    return np.random.default_rng(seed).random(len(probabilities)) < probabilities


def test_probabilities_that_are_right_are_found_right():
    found = outcomes_of(happened(TOLD), TOLD, CARD)
    assert found.difference.low <= 0 <= found.difference.high
    assert found.calibration_error <= found.by_chance
    assert not found.is_unreliable(LIMITS)
    assert found.against_card == pytest.approx(found.calibration_error - 0.01)


def test_probabilities_that_are_too_low_are_found_so_and_by_how_much():
    found = outcomes_of(happened(np.minimum(TOLD + 0.2, 1.0)), TOLD, CARD)
    assert found.difference.low > 0.1
    assert found.is_unreliable(LIMITS)
    assert "from what happened, on the card 0.010; on average 0.40" in told_outcomes(2, found, LIMITS)


def test_what_the_card_has_told_is_no_news():
    honest = msgspec.structs.replace(
        CARD, quality=msgspec.structs.replace(CARD.quality, expected_calibration_error=0.2)
    )
    found = outcomes_of(happened(np.minimum(TOLD + 0.2, 1.0)), TOLD, honest)
    assert found.calibration_error > found.by_chance
    assert not found.is_unreliable(LIMITS)


def test_bins_hold_a_tenth_each_and_say_what_was_said_and_what_happened():
    positive = happened(TOLD)
    found = outcomes_of(positive, TOLD, CARD)
    assert [each.subjects for each in found.bins] == [100] * 10
    assert sum(each.subjects * each.happened for each in found.bins) == pytest.approx(positive.sum())
    apart = sum(abs(each.told - each.happened) * each.subjects for each in found.bins) / 1000
    assert apart == pytest.approx(found.calibration_error)
    assert all(each.low <= each.happened <= each.high for each in found.bins)


def test_a_model_that_no_longer_tells_subjects_apart_is_worse_than_its_card():
    found = outcomes_of(happened(np.full(1000, 0.4)), TOLD, CARD)
    assert found.is_worse(LIMITS)
    assert "the AUC is 0.5" in told_outcomes(2, found, LIMITS)
    assert not outcomes_of(happened(np.full(1000, 0.4)), TOLD, None).is_worse(LIMITS)


def test_a_limit_of_the_prediction_decides():
    found = outcomes_of(happened(np.minimum(TOLD + 0.2, 1.0)), TOLD, CARD)
    assert not found.is_unreliable(Limits(calibration_error=0.5))


def test_when_the_same_happens_to_all_the_probabilities_are_judged_and_the_order_is_not():
    found = outcomes_of(np.ones(200, bool), TOLD[:200], CARD)
    assert (found.auc, found.is_worse(LIMITS), found.is_unreliable(LIMITS)) == (None, False, True)
    assert "The same has happened to all" in found.notes[0]


@pytest.mark.parametrize("subjects", [0, 99])
def test_of_few_outcomes_nothing_is_told(subjects):
    found = outcomes_of(np.ones(subjects, bool), TOLD[:subjects], CARD)
    assert (found.subjects, found.calibration_error, found.bins) == (subjects, None, ())
    assert told_outcomes(1, found, LIMITS) is None


def test_right_probabilities_stay_below_what_chance_explains_about_as_often_as_it_says():
    told = TOLD[:400]
    by_chance = calibration_error_by_chance(told)
    below = [expected_calibration_error(happened(told, seed), told) <= by_chance for seed in range(200)]
    assert np.mean(below) == pytest.approx(0.95, abs=0.04)
