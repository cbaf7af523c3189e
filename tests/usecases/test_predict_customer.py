"""Predictions for one customer: from what, for how long, and of whom nothing is told."""

from dataclasses import replace
from importlib import import_module

import msgspec
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import FactNotAccepted, NoModel, WrongShape
from tessella.domain.identifiers import FeatureName, SubjectId
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.prediction import Churn, RfmCell, churn_of
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Risk, Thresholds
from tessella.domain.privacy.consent import Consent
from tessella.ports.clock import present
from tessella.usecases.add_facts import SubjectValues, add_facts
from tessella.usecases.predictions.predict_customer import NOT_DECLARED, NOTHING_KNOWN, predict_customer, read_type
from tessella.usecases.predictions.tellers import teller_of
from tessella.warehouse.duckdb import DuckDBWorker
from tests.churn_model import churn_model, declare_inputs, serve_churn
from tests.database import define, eventually, session_of
from tests.usecases.audiences import calculated, know

pytestmark = pytest.mark.anyio

ANNA = SubjectId("anna")
KNOWN = {"recency_days": 90.0, "tier": "tin"}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare_inputs(session)
    return await session_of(storage, namespace)


async def churn(session, customer=ANNA):
    return await predict_customer(session, customer, PredictionType.CHURN)


async def test_a_customer_is_told_what_the_active_model_says_of_their_facts(session):
    version = await serve_churn(session)
    await know(session, {"anna": KNOWN, "bert": {"recency_days": 1.0, "tier": "gold"}})
    made = await churn(session)
    model = await session.model("churn")
    assert made.prediction == churn_of(model.one(KNOWN)["churn"], Thresholds())
    assert made.prediction.risk is Risk.HIGH
    assert (await churn(session, SubjectId("bert"))).prediction.risk is Risk.LOW
    assert (made.model_version, made.stale, made.warning) == (version, False, None)
    assert abs(present() - made.predicted_at) < 60_000_000


async def test_a_prediction_is_as_of_the_values_that_it_is_from_and_not_of_the_day_it_is_asked_for(session):
    await serve_churn(session)
    await know(session, {"anna": KNOWN}, as_of=5)
    made = await churn(session)
    assert (made.as_of, made.predicted_at > 5) == (5, True)


async def test_a_customer_unlike_those_whom_the_model_learned_from_is_told_with_a_warning(session):
    await serve_churn(session, population=Population(FeatureName("recency_days"), 84))
    await know(session, {"anna": {"recency_days": 311.4, "tier": "tin"}, "bert": {"recency_days": 84.0, "tier": "tin"}})
    assert (await churn(session)).warning == (
        "Silent for 311 days, longer than the 84 that the model learned from; the probability is a guess."
    )
    assert (await churn(session, SubjectId("bert"))).warning is None


async def test_who_has_opted_out_is_answered_like_one_of_whom_nothing_is_known(session):
    await serve_churn(session)
    await know(session, {"anna": KNOWN})
    assert (await churn(session)).prediction.probability is not None
    await session.set_consent(ANNA, Consent(personalization_enabled=False))
    for what in PredictionType.CHURN, PredictionType.RFM:
        refused = await predict_customer(session, ANNA, what)
        unknown = await predict_customer(session, SubjectId("nobody"), what)
        assert replace(refused, customer_id=unknown.customer_id) == unknown
    unknown = await churn(session, SubjectId("nobody"))
    assert (unknown.prediction, unknown.as_of, unknown.warning) == (Churn(), None, NOTHING_KNOWN)


async def test_what_a_model_says_of_itself_is_said_with_each_of_its_answers(session):
    told = "It tells how many took an offer, not who will."
    manifest, files = churn_model()
    stored = await session.add_model(msgspec.structs.replace(manifest, warning=told), files)
    await session.activate_model("churn", stored.manifest.version)
    await know(session, {"anna": KNOWN})
    assert (await churn(session)).warning == told
    assert (await teller_of(session, PredictionType.CHURN)).warning == told


async def test_a_feature_that_is_declared_no_more_is_named_with_what_is_told_of_many(session):
    manifest, files = churn_model()
    read_then = (msgspec.structs.replace(manifest.inputs[0], name="visits"), manifest.inputs[1])
    stored = await session.add_model(msgspec.structs.replace(manifest, inputs=read_then), files)
    await session.activate_model("churn", stored.manifest.version)
    warning = (await teller_of(session, PredictionType.CHURN)).warning
    assert warning == "Not declared any more, so what was typical in the training stands for it: visits."


async def test_what_is_missing_is_named_and_the_rest_is_predicted_from(session):
    await serve_churn(session)
    await know(session, {"anna": {"tier": "gold"}})
    made = await churn(session)
    assert made.prediction.probability is not None
    assert made.warning.endswith("stands for it: recency_days.")


async def test_an_unseen_category_is_predicted_as_none_of_the_known_ones(session):
    await serve_churn(session)
    await know(session, {"anna": {"recency_days": 50.0, "tier": "plutonium"}, "bert": {"recency_days": 50.0}})
    assert (await churn(session)).prediction == (await churn(session, SubjectId("bert"))).prediction


async def test_no_number_without_an_end_becomes_a_fact_to_predict_from(session):
    with pytest.raises(FactNotAccepted):
        await add_facts(session, [SubjectValues(ANNA, {"recency_days": float("inf")})])


async def test_a_prediction_is_given_again_until_what_it_is_from_changes(session):
    await serve_churn(session)
    await know(session, {"anna": KNOWN}, as_of=1)
    first = await churn(session)
    assert await churn(session) == first
    await know(session, {"anna": {"recency_days": 2.0}}, as_of=2)
    changed = await churn(session)
    assert changed.prediction.probability < first.prediction.probability
    assert changed.predicted_at > first.predicted_at


async def test_a_prediction_is_made_anew_after_an_hour(session, monkeypatch):
    await serve_churn(session)
    await know(session, {"anna": KNOWN})
    first = await churn(session)
    monkeypatch.setattr(import_module("tessella.usecases.predictions.predict_customer"), "FRESH_US", 0)
    assert (await churn(session)).predicted_at > first.predicted_at


async def test_another_model_predicts_anew_and_going_back_says_what_was_said_before(session):
    await serve_churn(session)
    await know(session, {"anna": KNOWN})
    first = await churn(session)
    assert await serve_churn(session, seed=8) == 2
    second = await churn(session)
    assert (second.model_version, second.prediction == first.prediction) == (2, False)
    await session.roll_back_model("churn")
    assert (await churn(session)).prediction == first.prediction


async def test_a_calculation_of_audiences_has_predictions_made_anew(session):
    await serve_churn(session)
    await know(session, {"anna": KNOWN})
    first = await churn(session)
    with DuckDBWorker(memory_limit="200MB", threads=1) as duckdb:
        await calculated(session, duckdb)

    async def is_newer() -> bool:
        return (await churn(session)).predicted_at > first.predicted_at

    await eventually(is_newer, "it was predicted anew")


async def test_declared_thresholds_hold_in_place_of_those_of_the_training(storage, namespace, session):
    await serve_churn(session)
    await know(session, {"anna": KNOWN})
    thresholds = {"high": 1.0, "medium": 0.99}
    await define(session, Kind.PREDICTION, "churn", prediction_id="churn", target="churn", thresholds=thresholds)
    made = await churn(await session_of(storage, namespace))
    assert msgspec.to_builtins(made.thresholds) == thresholds
    assert made.prediction.risk is not Risk.HIGH


async def test_without_a_model_it_is_said_how_to_get_one(session):
    with pytest.raises(NoModel) as refusal:
        await churn(session)
    assert refusal.value.hint().startswith("Train one: `tessella models train churn`.")


async def test_a_cell_is_what_the_last_refresh_has_written_and_when(storage, namespace, session):
    assert (await predict_customer(session, ANNA, PredictionType.RFM)).warning == NOT_DECLARED
    types = {"rfm.cell": "string", "rfm.recency": "integer", "rfm.frequency": "integer", "rfm.monetary": "integer"}
    for name, kind in types.items():
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="prediction")
    session = await session_of(storage, namespace)
    scores = {"rfm.cell": "At Risk", "rfm.recency": 2, "rfm.frequency": 4, "rfm.monetary": 3}
    await know(session, {"anna": {**scores, "tier": "gold"}}, as_of=5)
    await know(session, {"anna": {"recency_days": 1.0}}, as_of=3)
    made = await predict_customer(session, ANNA, PredictionType.RFM)
    assert made.prediction == RfmCell("At Risk", 2, 4, 3)
    assert (made.as_of, made.model_version, made.thresholds, made.warning) == (5, None, None, None)
    unknown = await predict_customer(session, SubjectId("nobody"), PredictionType.RFM)
    assert (unknown.prediction, unknown.as_of, unknown.warning) == (RfmCell(), None, NOTHING_KNOWN)


async def test_nobody_may_send_a_fact_that_a_prediction_writes(storage, namespace, session):
    await define(session, Kind.FEATURE, "prediction.churn", name="prediction.churn", type="number", source="prediction")
    session = await session_of(storage, namespace)
    with pytest.raises(FactNotAccepted) as refusal:
        await add_facts(session, [SubjectValues(ANNA, {"prediction.churn": 0.1})])
    assert refusal.value.reason == "it is written by predictions"


def test_what_is_not_predicted_is_refused_with_what_is():
    with pytest.raises(WrongShape) as refusal:
        read_type("weather")
    assert (refusal.value.pointer, refusal.value.hint()) == ("/type", "One of churn, nbo, rfm.")
