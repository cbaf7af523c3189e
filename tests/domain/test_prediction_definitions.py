"""Predictions and offers as definitions: what they may say, and what they need."""

import math

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import (
    Definitions,
    Kind,
    check_unreserved,
    object_change,
    read_definition,
    write_definition,
)
from tessella.domain.errors import Faults, WrongShape
from tessella.domain.usage import users_of

CHURN = {"prediction_id": "churn", "target": "churn"}
LEAVERS = CHURN | {"source": "shop", "label": "left"}
OFFER = {"offer_id": "coffee", "name": "Coffee, half price", "value_usd": 2.5}
SHOP = {"source_id": "shop", "engine": "duckdb", "location": "shop"}
VISITS = {"name": "user.visits", "type": "integer", "kind": {"kind": "count"}}
LAST = {"name": "user.last", "type": "timestamp", "kind": {"kind": "last_timestamp"}}
TIER = {"name": "user.tier", "type": "string"}
REVENUE = {"name": "total_revenue", "type": "number", "source": "warehouse"}
EMAIL = {"name": "email", "type": "string", "source": "warehouse", "personal": True}
KINDS = {
    "source_id": Kind.SOURCE, "prediction_id": Kind.PREDICTION, "offer_id": Kind.OFFER, "name": Kind.FEATURE,
}  # fmt: skip


def defined(*written):
    definitions = Definitions()
    for each in written:
        field = next(field for field in KINDS if field in each)
        kind = KINDS[field]
        definitions = definitions.with_definition(kind, each[field], read_definition(kind, each))
    return definitions


def refusal_of(kind, written):
    with pytest.raises(Faults) as refused:
        read_definition(kind, written)
    return [fault.pointer for fault in refused.value.faults()]


def faults_of(*written):
    with pytest.raises(Faults) as refused:
        check_definitions(defined(*written))
    return [(fault.pointer, fault.message, fault.hint()) for fault in refused.value.faults()]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Kind.PREDICTION, CHURN),
        (Kind.PREDICTION, LEAVERS | {"features": ["total_revenue"], "thresholds": {"high": 0.6, "medium": 0.3}}),
        (Kind.PREDICTION, CHURN | {"activity": ["play", "purchase"], "horizon_days": 7, "cuts": 12}),
        (Kind.PREDICTION, CHURN | {"limits": {"psi_large": 0.5, "auc_loss": 0.1}}),
        (Kind.OFFER, OFFER | {"active": False}),
    ],
)
def test_a_definition_reads_back_as_it_was_written(kind, written):
    definition = read_definition(kind, written)
    assert read_definition(kind, write_definition(definition)) == definition


def test_a_change_of_a_threshold_is_told_at_its_place():
    before, after = (
        write_definition(read_definition(Kind.PREDICTION, CHURN | {"thresholds": {"high": high, "medium": 0.3}}))
        for high in (0.6, 0.8)
    )
    assert [each.pointer for each in object_change(Kind.PREDICTION, "churn", before, after).fields] == [
        "/thresholds/high"
    ]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"horizon_days": 0}, "/horizon_days"),
        ({"active_days": 4000}, "/active_days"),
        ({"horizon_days": 90}, "/cut_every_days"),
        ({"cuts": 2}, "/cuts"),
        ({"cuts": 1000}, "/cuts"),
        ({"activity": []}, "/activity"),
        ({"activity": ["purchase", ""]}, "/activity/1"),
        ({"features": ["user.visits", "user.visits"]}, "/features/1"),
        ({"label": "left"}, "/label"),
        ({"time": "asked_at"}, "/time"),
        ({"source": "shop"}, "/label"),
        ({"thresholds": {"high": 0.4, "medium": 0.7}}, "/thresholds"),
        ({"thresholds": {"high": 1.5}}, "/thresholds"),
        ({"thresholds": {"medium": math.nan}}, "/thresholds"),
        ({"limits": {"psi_moderate": 0.3}}, "/limits"),
        ({"limits": {"psi_large": math.inf}}, "/limits"),
        ({"limits": {"psi_moderate": math.nan}}, "/limits"),
        ({"limits": {"calibration_error": 0}}, "/limits/calibration_error"),
        ({"limits": {"auc_loss": 1.5}}, "/limits/auc_loss"),
    ],
)
def test_what_a_prediction_cannot_mean_is_pointed_at(changed, pointer):
    assert refusal_of(Kind.PREDICTION, CHURN | changed) == [pointer]


def test_an_answer_to_an_offer_may_take_longer_than_cuts_are_apart_which_only_churn_has():
    assert read_definition(Kind.PREDICTION, {"prediction_id": "nbo", "target": "nbo", "horizon_days": 42})


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"value_usd": -1}, "/value_usd"),
        ({"value_usd": math.inf}, "/value_usd"),
        ({"value_usd": math.nan}, "/value_usd"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 257}, "/name"),
    ],
)
def test_what_an_offer_cannot_mean_is_pointed_at(changed, pointer):
    assert refusal_of(Kind.OFFER, OFFER | changed) == [pointer]


def test_a_prediction_names_a_source_that_exists():
    check_definitions(defined(CHURN))
    check_definitions(defined(SHOP, LEAVERS))
    assert faults_of(SHOP, LEAVERS | {"source": "shup"}) == [
        ("/predictions/churn/source", 'There is no source "shup" in this namespace.', 'Did you mean "shop"?')
    ]


def test_a_prediction_names_features_that_exist():
    assert faults_of(VISITS, CHURN | {"features": ["user.visists"]}) == [
        (
            "/predictions/churn/features/0",
            'There is no feature "user.visists" in this namespace.',
            'Did you mean "user.visits"?',
        )
    ]


@pytest.mark.parametrize(
    ("prediction", "feature", "reason"),
    [
        (CHURN, TIER, "it is not computed from events"),
        (CHURN, LAST, "it is a timestamp"),
        (LEAVERS, EMAIL, "it is personal data"),
        (LEAVERS, VISITS, 'the source "shop" has it not'),
    ],
)
def test_a_prediction_reads_no_feature_that_its_source_does_not_give_or_that_no_model_may_read(
    prediction, feature, reason
):
    name = feature["name"]
    problem = f'No model may read "{name}" here: {reason}.'
    assert faults_of(SHOP, feature, prediction | {"features": [name]}) == [
        ("/predictions/churn/features/0", problem, "")
    ]


def test_a_feature_and_a_source_are_used_by_the_predictions_that_name_them():
    definitions = defined(SHOP, REVENUE, LEAVERS | {"features": ["total_revenue"]})
    assert users_of(definitions, Kind.FEATURE, "total_revenue") == ["prediction churn"]
    assert users_of(definitions, Kind.SOURCE, "shop") == ["feature total_revenue", "prediction churn"]
    assert users_of(definitions, Kind.PREDICTION, "churn") == []


def test_no_source_of_customers_is_called_events():
    with pytest.raises(WrongShape) as refused:
        check_unreserved(Kind.SOURCE, "events", "/source_id")
    assert refused.value.hint() == 'Such as "my-events".'
