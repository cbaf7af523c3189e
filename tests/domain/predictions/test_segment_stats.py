"""What predictions come to over many members: the same counted one by one, from arrays, and in parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tessella.domain.identifiers import OfferId
from tessella.domain.predictions.offers.best import best_offers
from tessella.domain.predictions.prediction import offers_of
from tessella.domain.predictions.segment.counting import count_names, count_risks
from tessella.domain.predictions.segment.stats import ChurnStats, Distribution, added, churn_stats, distribution
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.thresholds import Thresholds

probabilities = st.floats(0, 1, width=32)
NAMES = ("bag", "cap", "hat")


@given(arrays(np.float64, st.integers(0, 20), elements=probabilities))
def test_an_array_of_probabilities_is_counted_as_each_alone(told):
    thresholds = Thresholds(high=0.75, medium=0.25)
    many, alone = count_risks(told, thresholds), churn_stats(told.tolist(), thresholds)
    assert (many.high, many.medium, many.low) == (alone.high, alone.medium, alone.low)
    assert many.probability_sum == pytest.approx(alone.probability_sum)


def test_a_probability_at_a_threshold_is_of_the_higher_risk():
    assert count_risks(np.array([0.7, 0.4, 0.39]), Thresholds()) == ChurnStats(1, 1, 1, pytest.approx(1.49))


@given(
    arrays(np.float64, st.tuples(st.integers(0, 9), st.just(3)), elements=st.sampled_from([0.0, 0.1, 0.2, 0.5])),
    st.tuples(*[st.sampled_from([0.0, 1.0, 2.0, 5.0])] * 3),
)
def test_the_best_offer_of_many_is_the_one_that_each_is_told(told, worth):
    offers = {OfferId(name): Offer(OfferId(name), name, value) for name, value in zip(NAMES, worth, strict=True)}
    alone = [offers_of(dict(zip(NAMES, row, strict=True)), offers).offer_id for row in told.tolist()]
    assert [NAMES[each] for each in best_offers(told, np.array(worth))] == alone


def test_where_no_offer_may_be_made_none_is_counted():
    best = best_offers(np.empty((4, 0)), np.empty(0))
    assert count_names(best, []) == Distribution({})


def test_of_nobody_there_is_neither_a_mean_nor_a_share():
    nobody = churn_stats([], Thresholds())
    assert (nobody.count, nobody.avg_probability) == (0, None)


def test_parts_are_added():
    whole = added(Distribution({"Champions": 2}), Distribution({"Champions": 1, "At Risk": 3}))
    assert whole == Distribution({"Champions": 3, "At Risk": 3})
    assert added(ChurnStats(1, 0, 2, 0.9), ChurnStats(0, 1, 0, 0.5)) == ChurnStats(1, 1, 2, pytest.approx(1.4))


def test_stats_of_different_predictions_are_not_added():
    with pytest.raises(TypeError):
        added(ChurnStats(), Distribution())


def test_the_most_frequent_names_come_first_and_equal_ones_by_name():
    assert distribution("cabbagecab").top(3) == [("a", 3), ("b", 3), ("c", 2)]
