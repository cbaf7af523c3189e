from itertools import pairwise

import numpy as np
import pytest
from scipy.special import hyp2f1

from tessella.domain.errors import NotFitted, TooFewPurchases
from tessella.domain.predictions.value.bg_nbd import BgNbd, fit_bg_nbd, log_likelihood
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories
from tests.domain.predictions.cdnow import cdnow_weeks

NAN = float("nan")
MODEL = BgNbd(r=0.2, alpha=4.4, a=2.5, b=3.0)


def histories(*rows: tuple[float, float, float]) -> PurchaseHistories:
    """Each: repeats, time of the last, age."""
    repeats, last, age = np.array(rows, float).reshape(-1, 3).T
    return PurchaseHistories(repeats, last, age, np.full(len(rows), NAN))


def simulated(size: int, model: BgNbd, age: float, seed: int) -> PurchaseHistories:
    """Subjects who buy and stop as the model has it."""
    random = np.random.default_rng(seed)
    rows = []
    for rate, chance in zip(
        random.gamma(model.r, 1 / model.alpha, size), random.beta(model.a, model.b, size), strict=True
    ):
        moment, last, repeats = random.exponential(1 / rate), 0.0, 0
        while moment < age:
            last, repeats = moment, repeats + 1
            if random.random() < chance:
                break
            moment += random.exponential(1 / rate)
        rows.append((repeats, last, age))
    return histories(*rows)


def closed_form(model: BgNbd, of: PurchaseHistories, within: float) -> np.ndarray:
    """Equation (10) as it was published."""
    x, total = of.repeats, model.alpha + of.age
    reach = within / (total + within)
    gauss = hyp2f1(model.r + x, model.b + x, model.a + model.b + x - 1, reach)
    shrunk = (total / (total + within)) ** (model.r + x) * gauss
    return (model.a + model.b + x - 1) / (model.a - 1) * (1 - shrunk) * model.p_alive(of)


def test_cdnow_gives_the_published_parameters():
    found = fit_bg_nbd(cdnow_weeks())
    assert [round(each, 3) for each in (found.r, found.alpha, found.a, found.b)] == [0.243, 4.414, 0.793, 2.426]


def test_cdnow_gives_the_published_expectation_of_its_first_customer():
    found = fit_bg_nbd(cdnow_weeks()).expected(histories((2, 30.43, 38.86)), within=39.0)
    assert found[0] == pytest.approx(1.226, abs=5e-4)


def test_parameters_of_simulated_subjects_are_found_again():
    truth = BgNbd(r=0.5, alpha=10.0, a=0.8, b=2.5)
    found = fit_bg_nbd(simulated(20_000, truth, age=80.0, seed=7))
    assert (found.r, found.alpha) == pytest.approx((truth.r, truth.alpha), rel=0.1)
    assert found.a / (found.a + found.b) == pytest.approx(truth.a / (truth.a + truth.b), rel=0.1)


def test_expectations_are_those_of_the_published_closed_form():
    of = histories((0, 0, 10), (1, 5, 10), (5, 9, 12), (40, 100, 104), (300, 290, 310))
    for within in (0.5, 39.0, 400.0):
        assert MODEL.expected(of, within) == pytest.approx(closed_form(MODEL, of, within), rel=1e-9)


def test_an_a_of_1_where_the_closed_form_divides_by_0_is_no_exception():
    of = histories((0, 0, 10), (3, 9, 12))
    beside = [BgNbd(0.2, 4.4, a, 3.0).expected(of, 30.0) for a in (0.999, 1.0, 1.001)]
    assert (beside[0] > beside[1]).all()
    assert (beside[1] > beside[2]).all()
    assert beside[1] == pytest.approx((beside[0] + beside[2]) / 2, rel=1e-6)


def test_thousands_of_purchases_do_not_overflow():
    found = MODEL.expected(histories((5_000, 364.9, 365.0)), within=30.0)
    assert np.isfinite(found).all()
    assert 0 < found[0] < 5_000 / 365 * 30


def test_somebody_new_is_expected_to_buy_more_the_longer_the_time_and_nothing_at_once():
    found = MODEL.expected_new(np.array([0.0, 1.0, 10.0, 100.0]))
    assert found[0] == 0.0
    assert all(earlier < later for earlier, later in pairwise(found))


def test_who_bought_once_is_alive_for_the_model_however_long_ago():
    assert MODEL.p_alive(histories((0, 0, 1), (0, 0, 1_000))).tolist() == [1.0, 1.0]


def test_who_bought_often_and_then_stopped_is_less_alive_than_who_bought_just_now():
    stopped, active = MODEL.p_alive(histories((10, 20, 100), (10, 99, 100)))
    assert stopped < 0.01
    assert active > 0.6


def test_the_derivatives_are_those_of_the_likelihood():
    of, at = cdnow_weeks(), np.array([0.3, 5.0, 0.7, 2.0])
    steps = np.eye(4) * 1e-6
    slopes = [(log_likelihood(at + step, of)[0] - log_likelihood(at - step, of)[0]) / 2e-6 for step in steps]
    assert log_likelihood(at, of)[1] == pytest.approx(slopes, abs=1e-7)


def test_twenty_customers_are_too_few():
    with pytest.raises(TooFewPurchases, match="20 subjects bought, 20 of them more than once: BG/NBD needs 100 and 30"):
        fit_bg_nbd(histories(*[(2, 5, 10)] * 20))


def test_customers_who_never_came_back_are_too_few():
    with pytest.raises(TooFewPurchases, match="500 subjects bought, 0 of them more than once"):
        fit_bg_nbd(histories(*[(0, 0, 10)] * 500))


def test_times_that_cannot_be_are_left_out_of_a_fit():
    cdnow = cdnow_weeks()
    odd = histories((NAN, 1, 2), (1, NAN, 2), (1, 3, 2), (-1, 0, 2), (0, 1, 2), (2, 0, 2), (1, 1, float("inf")))
    assert not odd.timed().any()
    joined = [np.concatenate(each) for each in zip(_columns(cdnow), _columns(odd), strict=True)]
    assert fit_bg_nbd(PurchaseHistories(*joined)) == fit_bg_nbd(cdnow)


def test_purchases_all_at_the_same_times_have_no_such_model():
    with pytest.raises(NotFitted, match="a parameter grows or shrinks without end"):
        fit_bg_nbd(histories(*[(3, 10, 10)] * 200))


def _columns(of: PurchaseHistories) -> tuple[np.ndarray, ...]:
    return of.repeats, of.last, of.age, of.mean_value
