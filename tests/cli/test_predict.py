"""`tessella predict`."""

import asyncio

import pytest

from tessella.cli.predict import print_prediction
from tessella.domain.identifiers import OfferId, SubjectId
from tessella.domain.predictions.prediction import NextBestOffer, OfferTold, RfmCell
from tessella.domain.predictions.target import PredictionType
from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tessella.usecases.predictions.predict_customer import CustomerPrediction
from tests.churn_model import declare_inputs, serve_churn


@pytest.fixture
def predicting(tessella, installation_home, namespace):
    """The command in a namespace with a model of churn, and a household that it knows."""

    async def prepare():
        async with open_namespace(namespace, settings=Settings(home=installation_home)) as tess:
            async with tess.session() as session:
                await declare_inputs(session)
                await serve_churn(session)
            await tess.add_facts("h1", {"recency_days": 95.0, "tier": "tin"})

    asyncio.run(prepare())
    return tessella.within(namespace)


def test_a_risk_is_told_with_the_version_that_says_so(predicting):
    first, second = predicting("predict", "h1").well().out.splitlines()
    assert first.startswith("h1: risk of churn high, probability 0.")
    assert second.startswith("  model version 1, as of 20")


def test_a_prediction_as_json_holds_all_that_is_told(predicting):
    told = predicting("predict", "h1", "--json").json()
    assert (told["type"], told["prediction"]["risk"], told["stale"]) == ("churn", "high", False)


def test_of_whom_nothing_is_known_no_number_is_told(predicting):
    ran = predicting("predict", "nobody").well()
    assert ran.out.splitlines() == ["nobody: no prediction", "  model version 1"]
    assert ran.err.startswith("Nothing is known of this customer")


def test_without_a_model_the_command_says_how_to_train_one(shop):
    ran = shop("predict", "h1", "--type", "nbo")
    assert ran.status == 1
    assert "No model of the prediction" in ran.err
    assert "tessella models train nbo" in ran.err


@pytest.mark.parametrize(
    ("prediction", "line"),
    [
        (RfmCell("At Risk", 2, 4, 3), "h1: At Risk (recency 2, frequency 4, monetary 3)"),
        (NextBestOffer(), "h1: no prediction"),
        (NextBestOffer(OfferId("a"), (OfferTold(OfferId("a"), "Coffee", 0.5, 2.0, 1.0),)), "Offers for h1"),
    ],
)
def test_each_type_is_told_in_its_own_words(capsys, prediction, line):
    print_prediction(CustomerPrediction(SubjectId("h1"), PredictionType.NBO, prediction, None, None, None, False, None))
    assert line in capsys.readouterr().out
