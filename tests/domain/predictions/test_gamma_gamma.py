import numpy as np
import pytest

from tessella.domain.errors import NotFitted, TooFewPurchases
from tessella.domain.predictions.value.gamma_gamma import GammaGamma, correlation, fit_gamma_gamma, log_likelihood
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories
from tests.domain.predictions.cdnow import cdnow_weeks

NAN = float("nan")


def spent(*rows: tuple[float, float]) -> PurchaseHistories:
    """Each: repeats and their mean value."""
    repeats, mean_value = np.array(rows, float).reshape(-1, 2).T
    return PurchaseHistories(repeats, repeats * 1.0, repeats + 1.0, mean_value)


def test_cdnow_gives_the_published_parameters():
    found = fit_gamma_gamma(cdnow_weeks())
    assert (found.p, found.q, found.v) == pytest.approx((6.25, 3.74, 15.44), rel=2e-3)


def test_cdnow_gives_the_published_expectations():
    found = fit_gamma_gamma(cdnow_weeks()).expected(spent((2, 22.35), (1, 11.77), (0, NAN)))
    assert found.tolist() == pytest.approx([24.66, 18.91, 35.17], abs=0.01)


def test_the_more_purchases_the_nearer_is_the_expectation_to_what_was_spent():
    model = GammaGamma(p=6.25, q=3.74, v=15.44)
    found = model.expected(spent((1, 100.0), (10, 100.0), (1_000, 100.0)))
    assert model.mean < found[0] < found[1] < found[2] < 100.0
    assert found[2] == pytest.approx(100.0, rel=0.001)


def test_parameters_of_simulated_subjects_are_found_again():
    random, truth = np.random.default_rng(3), GammaGamma(p=6.0, q=4.0, v=15.0)
    repeats = random.integers(1, 8, 20_000)
    means = random.gamma(truth.p * repeats, 1 / random.gamma(truth.q, 1 / truth.v, 20_000)) / repeats
    found = fit_gamma_gamma(PurchaseHistories(repeats * 1.0, repeats * 1.0, repeats + 1.0, means))
    assert (found.p, found.q) == pytest.approx((truth.p, truth.q), rel=0.1)
    assert found.mean == pytest.approx(truth.mean, rel=0.02)


def test_the_derivatives_are_those_of_the_likelihood():
    cdnow, at = cdnow_weeks(), np.array([3.0, 2.0, 20.0])
    valued, steps = cdnow.where(cdnow.valued()), np.eye(3) * 1e-6
    slopes = [(log_likelihood(at + step, valued)[0] - log_likelihood(at - step, valued)[0]) / 2e-6 for step in steps]
    assert log_likelihood(at, valued)[1] == pytest.approx(slopes, abs=1e-6)


def test_money_given_back_given_away_or_unknown_is_left_out_of_a_fit_and_expects_the_mean():
    cdnow, odd = cdnow_weeks(), spent((3, -5.0), (2, 0.0), (1, NAN), (1, float("inf")))
    joined = PurchaseHistories(
        *(
            np.concatenate([getattr(each, name) for each in (cdnow, odd)])
            for name in ("repeats", "last", "age", "mean_value")
        )
    )
    model = fit_gamma_gamma(joined)
    assert model == fit_gamma_gamma(cdnow)
    assert model.expected(odd).tolist() == pytest.approx([model.mean] * 4)


def test_twenty_customers_are_too_few():
    with pytest.raises(TooFewPurchases, match="20 subjects bought, 20 of them more than once: Gamma-Gamma needs 30"):
        fit_gamma_gamma(spent(*[(2, 10.0 + each) for each in range(20)]))


def test_purchases_of_one_price_have_no_such_model():
    with pytest.raises(NotFitted, match="a parameter grows or shrinks without end"):
        fit_gamma_gamma(spent(*[(2, 10.0)] * 200))


def test_how_often_and_what_for_are_hardly_related_at_cdnow():
    assert correlation(cdnow_weeks()) == pytest.approx(0.11, abs=0.01)


def test_a_correlation_of_what_is_the_same_for_all_is_unknown():
    assert np.isnan(correlation(spent((2, 10.0), (2, 12.0))))
    assert np.isnan(correlation(spent((0, NAN))))
