"""How far the subjects of now are from those of the training, input by input."""

import numpy as np
import pytest

from tessella.domain.drift_level import DriftLevel
from tessella.domain.predictions.bins import category_bins, number_bins
from tessella.domain.predictions.card import Bins, Card, Interval, Quality, Span
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.monitoring.drift import drift_of
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.monitoring.records import Drift
from tessella.domain.predictions.monitoring.told import told_drift

RANDOM = np.random.default_rng(3)
ROWS = 2000
SPEND = RANDOM.gamma(2.0, 10.0, ROWS)
TIERS = RANDOM.choice(np.array(["gold", "tin", None], object), ROWS, p=[0.3, 0.6, 0.1])
TOLD = RANDOM.beta(2.0, 5.0, ROWS)
INPUTS = (Input("spend"), Input("tier", InputType.CATEGORY, categories=("gold", "tin")))


def card(*reference: Bins, predicted: Bins | None = None) -> Card:
    figure, span = Interval(0.8, 0.7, 0.9), Span(None, None, ROWS, 100)
    quality = Quality(figure, figure, 0.1, 0.01, 3.0)
    return Card("churn", "", span, span, span, quality, (), "", (), reference=reference, predicted=predicted)


CARD = card(
    number_bins("spend", SPEND), category_bins("tier", TIERS, ["gold", "tin"]),
    predicted=number_bins("probability", TOLD),
)  # fmt: skip


def drift(columns: dict[str, np.ndarray], told: np.ndarray = TOLD, of: Card | None = CARD) -> Drift:
    return drift_of(of, INPUTS, columns, told[:, None], Limits())


def shift(found: Drift, name: str):
    return next(each for each in found.inputs if each.name == name)


def test_the_training_itself_has_not_moved():
    found = drift({"spend": SPEND, "tier": TIERS})
    assert [each.psi for each in found.inputs] == [0, 0]
    assert (found.predicted.psi, found.mean_predicted) == (0, TOLD.mean())
    assert told_drift(1, found) is None


def test_the_input_that_moved_comes_first_and_is_named():
    found = drift({"spend": SPEND * 3, "tier": TIERS})
    assert [each.name for each in found.inputs] == ["spend", "tier"]
    assert (found.inputs[0].level, found.inputs[1].level) == (DriftLevel.LARGE, DriftLevel.STABLE)
    assert told_drift(4, found) == (
        f"Version 4, 2000 subjects: unlike in the training are spend (PSI {found.inputs[0].psi:.2f})."
    )


def test_what_is_missing_for_everybody_is_a_bin_of_its_own():
    moved = shift(drift({"spend": np.full(ROWS, np.nan), "tier": TIERS}), "spend")
    assert (moved.missing_then, moved.missing_now, moved.level) == (0, 1, DriftLevel.LARGE)


def test_a_column_that_is_not_there_is_missing_for_everybody():
    found = drift({"spend": SPEND})
    assert (shift(found, "tier").missing_now, shift(found, "tier").level) == (1, DriftLevel.LARGE)


def test_a_category_that_the_model_has_never_seen_is_told_apart_from_what_is_missing():
    tiers = TIERS.copy()
    tiers[:600] = "platinum"
    moved = shift(drift({"spend": SPEND, "tier": tiers}), "tier")
    assert (moved.unseen, moved.level) == (0.3, DriftLevel.LARGE)
    assert moved.missing_now == pytest.approx(np.mean([each is None for each in tiers]))


def test_places_among_the_categories_stand_for_their_texts():
    places = np.array([{"gold": 0, "tin": 1, None: -1}[each] for each in TIERS])
    assert shift(drift({"spend": SPEND, "tier": places}), "tier").psi == 0


def test_an_input_that_was_the_same_for_all_drifts_when_it_is_no_longer():
    constant = card(number_bins("spend", np.full(ROWS, 5.0)))
    assert shift(drift({"spend": np.full(ROWS, 5.0)}, of=constant), "spend").psi == 0
    assert shift(drift({"spend": np.full(ROWS, 6.0)}, of=constant), "spend").level is DriftLevel.LARGE


def test_scores_that_moved_are_told_though_no_input_has():
    found = drift({"spend": SPEND, "tier": TIERS}, TOLD**0.5)
    assert found.predicted.level is DriftLevel.LARGE
    assert "probability" in told_drift(1, found)


@pytest.mark.parametrize("of", [None, card()])
def test_without_a_reference_nothing_is_compared_and_that_is_said(of):
    found = drift({"spend": SPEND, "tier": TIERS}, of=of)
    assert (found.inputs, found.predicted, found.worst) == ((), None, None)
    assert "no reference" in found.notes[0]


@pytest.mark.parametrize("subjects", [0, 99])
def test_of_nobody_and_of_few_nothing_is_told(subjects):
    found = drift({"spend": SPEND[:subjects], "tier": TIERS[:subjects]}, TOLD[:subjects])
    assert (found.subjects, found.inputs) == (subjects, ())
    assert "Fewer than 100 subjects" in found.notes[0]


def test_a_small_sample_needs_more_than_the_usual_limit():
    few = Limits(psi_moderate=0.001, psi_large=0.001)
    found = drift_of(CARD, INPUTS, {"spend": SPEND[:100], "tier": TIERS[:100]}, TOLD[:100, None], few)
    assert all(each.psi > 0.001 for each in found.inputs)
    assert {each.level for each in found.inputs} == {DriftLevel.STABLE}
