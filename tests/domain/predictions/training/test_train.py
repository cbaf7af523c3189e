"""What is published, and what its card says, on tables whose truth is known."""

import math

import numpy as np
import pytest

from tessella.domain.errors import NothingToLearnFrom, UnequalColumns
from tessella.domain.predictions.inputs import Input, InputType, encode_columns
from tessella.domain.predictions.metrics import expected_calibration_error, log_loss
from tessella.domain.predictions.predictors import BASELINE, PREDICTORS
from tessella.domain.predictions.training.split import split_of
from tessella.domain.predictions.training.table import Table
from tessella.domain.predictions.training.train import train
from tessella.domain.predictions.training.try_out import class_weights
from tessella.domain.predictions.training.write_card import About
from tests.domain.predictions.tables import planted, table_of

ABOUT = About("churn", "no purchase in the 28 days after the cut")
#: What is told does not depend on how many are tried, and this one is quick.
QUICK = {BASELINE: PREDICTORS[BASELINE]}


def trained(table, about=ABOUT, predictors=QUICK):
    return train(table, split_of(table), about, predictors)


@pytest.fixture(scope="module")
def straight():
    """A table where the truth is a line."""
    return trained(planted(), predictors=PREDICTORS)


@pytest.fixture(scope="module")
def bent():
    """A table where it is not."""
    return trained(planted(3000, shape=2.0), predictors=PREDICTORS)


def test_the_baseline_is_published_when_nothing_beats_it(straight):
    assert straight.predictor == "logistic"
    assert straight.card.verdict.endswith("the baseline is published.")
    assert [each.predictor for each in straight.card.candidates] == ["logistic", "boosting", "mlp"]


def test_what_beats_the_baseline_by_more_than_its_interval_is_published_and_compared_with_it(bent):
    assert bent.predictor in ("boosting", "mlp")
    [published] = [each for each in bent.card.candidates if each.predictor == bent.predictor]
    assert published.on_validation.high < 0
    assert published.against_baseline.high < 0
    assert bent.card.quality == published.quality
    assert bent.card.verdict.endswith(f'on validation: "{bent.predictor}" is published.')
    assert bent.card.candidates[0].against_baseline is None


def test_what_is_published_is_what_was_tested(bent):
    table = planted(3000, shape=2.0)
    split = split_of(table)
    rows = encode_columns(table.columns, bent.inputs)[split.test]
    said = bent.reliability.many(bent.fitted.scores(rows))
    assert log_loss(table.positive[split.test], said) == pytest.approx(bent.card.quality.log_loss.value)


def test_the_same_table_gives_the_same_model_and_the_same_card():
    assert trained(planted()).card == trained(planted()).card


def test_a_card_tells_spans_counts_and_inputs(straight):
    card, table = straight.card, planted()
    moments = np.unique(table.cut).tolist()
    assert (card.train.first_cut, card.train.last_cut, card.train.rows) == (moments[0], moments[4], 1500)
    assert (card.validation.first_cut, card.validation.last_cut, card.validation.rows) == (moments[2], moments[4], 900)
    assert (card.test.first_cut, card.test.last_cut, card.test.rows) == (moments[5], moments[5], 300)
    assert card.train.positives + card.test.positives == np.count_nonzero(table.positive)
    assert card.features == ("visits", "spend", "tier")
    assert straight.cut == moments[-1]
    assert card.warnings == ()
    assert straight.sample.shape == (1000, 4)


def test_a_card_keeps_the_distributions_that_drift_is_measured_against(straight):
    assert [each.name for each in straight.card.reference] == ["visits", "spend", "tier"]
    for each in (*straight.card.reference, straight.card.predicted):
        assert sum(each.shares) == pytest.approx(1.0)
    assert straight.card.reference[0].shares[:10] == pytest.approx([0.1] * 10, abs=0.01)
    assert straight.card.reference[2].edges == ("gold", "tin")


def test_a_card_tells_figures_by_segment_and_none_of_a_small_one():
    table = planted()
    gold = table.columns["tier"] == "gold"
    about = About("churn", "planted", {"gold": gold, "few": np.arange(1800) % 40 == 5})
    of_gold, of_few = trained(table, about).card.segments
    assert (of_gold.segment_id, of_gold.rows) == ("gold", np.count_nonzero(gold[split_of(table).test]))
    assert 0.5 < of_gold.auc < 0.95
    assert (of_few.rows, of_few.auc, of_few.log_loss, of_few.expected_calibration_error) == (15, None, None, None)


def test_a_leak_is_left_out_and_told():
    table = planted()
    table.columns["closed"] = table.positive.astype(float)
    model = trained(table)
    assert "closed" not in model.card.features
    assert model.card.quality.auc.value < 0.95
    [warning] = model.card.warnings
    assert warning.startswith('"closed" predicts alone with an AUC of 1.000')


def test_columns_that_say_nothing_are_left_out_and_told():
    table = planted()
    table.columns["empty"] = np.full(1800, np.nan)
    table.columns["nothing"] = np.full(1800, None, object)
    table.columns["always"] = np.full(1800, 3.0)
    table.columns["ids"] = np.array([f"c{at}" for at in range(1800)], dtype=object)
    model = trained(table)
    assert model.card.features == ("visits", "spend", "tier")
    assert list(model.card.warnings) == [
        '"empty" has no value, and was left out.',
        '"nothing" has no value, and was left out.',
        '"always" has the same value in every row, and was left out.',
        '"ids" has no text that 10 rows share, and was left out.',
    ]


def test_a_table_whose_columns_all_say_nothing_is_refused():
    table = planted()
    table = Table({"empty": np.full(1800, np.nan)}, table.positive, table.cut, table.subject)
    with pytest.raises(NothingToLearnFrom, match='No feature is left to learn from: "empty" has no value'):
        trained(table)


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(UnequalColumns, match='The column "visits" has 3 rows, and the target 200'):
        table_of({"visits": np.zeros(3)}, np.arange(200) % 2 == 0)


def test_infinite_numbers_count_as_missing_and_are_told():
    table = planted()
    table.columns["spend"][:3] = math.inf, -math.inf, 1e300
    model = trained(table)
    assert model.inputs[1].flags_missing
    assert model.card.warnings == ('"spend" is infinite or beyond float32 in 3 of 1800 rows, which count as missing.',)


def test_a_category_that_the_training_never_saw_is_told():
    table = planted()
    last = np.flatnonzero(table.cut == table.cut.max())
    table.columns["tier"][last[:12]] = "platinum"
    model = trained(table)
    assert model.card.warnings == ('"tier" has a text that the model does not know in 12 of 300 rows of the test.',)


def test_a_split_by_chance_is_told():
    model = trained(planted(1000, cut=np.zeros(1000, np.int64)))
    assert model.card.warnings[0].startswith("The rows were split by chance")
    assert (model.card.test.first_cut, model.card.test.last_cut) == (None, None)


def test_inputs_know_what_stands_for_the_missing():
    table = planted()
    table.columns["spend"][::9] = np.nan
    table.columns["member"] = np.resize([1.0, 0.0, 1.0, np.nan, 1.0], 1800)
    table = Table(table.columns, table.positive, table.cut, table.subject, frozenset({"member"}))
    rows = split_of(table).development
    _, spend, tier, member = trained(table).inputs
    assert spend == Input("spend", InputType.NUMBER, float(np.nanmedian(table.columns["spend"][rows])), True)
    assert tier == Input("tier", InputType.CATEGORY, categories=("gold", "tin"))
    assert member == Input("member", InputType.BOOLEAN, pytest.approx(0.75), True)


def test_rare_positives_weigh_as_much_as_all_others_and_probabilities_still_mean_what_they_say():
    table = planted(9000, offset=-4.0)
    assert 0.01 < table.positive.mean() < 0.05
    weights = class_weights(table.positive)
    assert weights[table.positive].sum() == pytest.approx(weights[~table.positive].sum())
    model = trained(table)
    assert model.reliability.one(0.5) < 0.15
    assert model.card.quality.expected_calibration_error < 0.02
    split = split_of(table)
    raw = model.fitted.scores(encode_columns(table.columns, model.inputs)[split.test])
    assert expected_calibration_error(table.positive[split.test], raw) > 0.2
