import pytest

from tessella.domain.identifiers import OfferId
from tessella.domain.predictions.offers.evidence import (
    POPULARITY_WARNING,
    OfferCounts,
    acceptance_rates,
    popularity,
)

TEA, CAKE, SOFA = OfferId("tea"), OfferId("cake"), OfferId("sofa")


def test_popularity_says_that_it_is_no_response():
    assert "how popular they are, not how somebody responds" in POPULARITY_WARNING


def test_an_offer_that_was_shown_often_has_its_own_rate():
    rates = acceptance_rates({TEA: OfferCounts(100_000, 30_000), CAKE: OfferCounts(100_000, 1_000)})
    assert rates == {TEA: pytest.approx(0.3, abs=1e-4), CAKE: pytest.approx(0.01, abs=1e-4)}


def test_an_offer_that_was_shown_once_is_taken_for_one_like_the_others():
    rates = acceptance_rates({TEA: OfferCounts(1_000, 100), CAKE: OfferCounts(1, 1)})
    assert 0.1 < rates[CAKE] < 0.15


def test_no_rate_is_0_or_1():
    assert acceptance_rates({TEA: OfferCounts(5, 5)})[TEA] < 1
    assert acceptance_rates({TEA: OfferCounts(5, 0)})[TEA] > 0


def test_an_offer_that_was_never_shown_is_taken_for_one_like_the_others():
    rates = acceptance_rates({TEA: OfferCounts(999, 249), CAKE: OfferCounts(takers=9)})
    assert rates[CAKE] == pytest.approx(0.25, abs=1e-3)


def test_popularity_is_the_share_of_all_subjects_who_took_it_and_never_nothing():
    found = popularity({TEA: OfferCounts(takers=50), CAKE: OfferCounts(takers=5), SOFA: OfferCounts()}, subjects=100)
    assert found == {TEA: 0.5, CAKE: pytest.approx(6 / 102), SOFA: pytest.approx(1 / 102)}
    assert popularity({TEA: OfferCounts()}, subjects=0) == {TEA: 0.5}
