"""What is told of one subject."""

from tessella.domain.identifiers import OfferId
from tessella.domain.predictions.prediction import Churn, NextBestOffer, RfmCell, churn_of, offers_of, rfm_of
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.thresholds import Risk, Thresholds

COFFEE = Offer(OfferId("coffee"), "Coffee", 2.0)
SOFA = Offer(OfferId("sofa"), "Sofa", 400.0)


def test_a_probability_at_a_threshold_has_the_higher_risk():
    thresholds = Thresholds(high=0.6, medium=0.2)
    assert churn_of(0.6, thresholds) == Churn(0.6, Risk.HIGH)
    assert churn_of(0.2, thresholds).risk is Risk.MEDIUM
    assert churn_of(0.19, thresholds).risk is Risk.LOW


def test_the_best_offer_is_worth_most_not_the_likeliest():
    told = offers_of({"coffee": 0.9, "sofa": 0.01}, {"coffee": COFFEE, "sofa": SOFA})
    assert told.offer_id == "sofa"
    assert [each.expected_value_usd for each in told.offers] == [4.0, 1.8]


def test_offers_of_the_same_worth_are_ranked_by_probability_and_then_by_name():
    told = offers_of({"c": 0.2, "b": 0.5, "a": 0.2}, {})
    assert [each.offer_id for each in told.offers] == ["b", "a", "c"]


def test_an_inactive_offer_is_not_made():
    closed = Offer(OfferId("sofa"), "Sofa", 400.0, active=False)
    assert offers_of({"sofa": 1.0}, {"sofa": closed}) == NextBestOffer()


def test_a_cell_is_told_with_its_scores_and_what_is_not_known_is_none():
    assert rfm_of({"rfm.cell": "Champions", "rfm.recency": 5}) == RfmCell("Champions", 5)
    assert rfm_of({}) == RfmCell()
