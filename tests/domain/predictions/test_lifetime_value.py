from dataclasses import replace

import msgspec
import numpy as np
import pytest

from tessella.domain.errors import TooFewPurchases
from tessella.domain.identifiers import Instant
from tessella.domain.predictions.value.lifetime_value import ValueModel, fit_value
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories
from tests.domain.predictions.cdnow import cdnow_weeks

NOW = Instant(875_664_000_000_000)


def cdnow_days() -> PurchaseHistories:
    weeks = cdnow_weeks()
    return replace(weeks, last=weeks.last * 7, age=weeks.age * 7)


@pytest.fixture(scope="module")
def model() -> ValueModel:
    return fit_value(cdnow_days(), NOW)


def test_a_value_is_the_expected_purchases_times_what_one_is_expected_to_come_to(model: ValueModel):
    some = cdnow_days().where(np.arange(2357) < 50)
    expected = model.purchases.expected(some, 180.0) * model.spend.expected(some)
    assert model.value(some, 180.0) == pytest.approx(expected)
    assert (model.value(some, 360.0) > model.value(some, 180.0)).all()


def test_the_unit_of_time_does_not_change_what_is_expected(model: ValueModel):
    assert (model.purchases.r, model.purchases.alpha / 7) == pytest.approx((0.243, 4.414), abs=1e-3)


def test_a_kept_model_says_what_it_said(model: ValueModel):
    kept = msgspec.json.decode(msgspec.json.encode(model), type=ValueModel)
    some = cdnow_days().where(np.arange(2357) < 50)
    assert kept.value(some, 90.0).tolist() == model.value(some, 90.0).tolist()


def test_customers_who_spend_more_the_oftener_they_buy_are_told_of(model: ValueModel):
    assert model.warnings() == []
    related = msgspec.structs.replace(model, correlation=0.51)
    assert related.warnings() == ["Who buys often spends more each time (correlation 0.51), which is left out."]
    assert msgspec.structs.replace(model, correlation=None).warnings() == []


def test_twenty_customers_are_refused():
    with pytest.raises(TooFewPurchases):
        fit_value(cdnow_days().where(np.arange(2357) < 20), NOW)
