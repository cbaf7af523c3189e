"""Predictions for one customer over HTTP. Source: requirement E, "ML Predictions for Segments"."""

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller
from tests.churn_model import declare_inputs, serve_churn
from tests.http.conftest import MakeClient
from tests.usecases.audiences import know

pytestmark = pytest.mark.anyio

PATH = "/api/loyalty/v1/customers/{}/ml/predict/"


@pytest.fixture
async def known(application: Application, namespace: Namespace) -> None:
    """A model, and a customer with an id that has to be escaped in a path."""
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await declare_inputs(session)  # type: ignore[arg-type]  # a stored one
        await serve_churn(session)  # type: ignore[arg-type]  # likewise
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await know(session, {"h/1": {"recency_days": 95.0, "tier": "tin"}})


@pytest.mark.usefixtures("known")
async def test_a_prediction_has_exactly_the_documented_fields(admin: httpx.AsyncClient) -> None:
    told = (await admin.post(PATH.format("h/1"), content='{"type": "churn"}')).json()
    assert set(told) == {
        "customer_id", "mode", "type", "churn", "thresholds", "model_version", "as_of", "stale", "warning",
    }  # fmt: skip
    assert (told["customer_id"], told["mode"], told["type"]) == ("h/1", "customer", "churn")
    assert told["churn"]["risk"] == "high"
    assert 0.7 <= told["churn"]["probability"] <= 1
    assert told["thresholds"] == {"high": 0.7, "medium": 0.4}
    assert (told["model_version"], told["stale"], told["warning"]) == (1, False, None)


@pytest.mark.usefixtures("known")
async def test_a_path_means_the_same_without_the_slash_at_its_end(admin: httpx.AsyncClient) -> None:
    answers = [await admin.post(path, json={"type": "churn"}) for path in (PATH.format("h/1"), PATH.format("h/1")[:-1])]
    assert answers[0].json() == answers[1].json()


@pytest.mark.usefixtures("known")
async def test_a_customer_without_history_is_answered_in_the_same_shape(admin: httpx.AsyncClient) -> None:
    told = (await admin.post(PATH.format("nobody"), json={"type": "churn"})).json()
    assert (told["churn"], told["as_of"]) == ({"probability": None, "risk": None}, None)
    assert told["warning"] == "Nothing is known of this customer that it could be told from."


@pytest.mark.parametrize("body", [{"type": "weather"}, {"type": None}, {}, {"type": "churn", "async": True}])
async def test_what_is_not_predicted_is_refused(admin: httpx.AsyncClient, body: dict[str, object]) -> None:
    refused = await admin.post(PATH.format("h1"), json=body)
    assert refused.status_code == 422


async def test_without_a_model_the_answer_says_how_to_train_one(admin: httpx.AsyncClient) -> None:
    refused = await admin.post(PATH.format("h1"), json={"type": "nbo"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:no-model")


async def test_a_client_is_not_told_how_likely_they_are_to_leave(make_client: MakeClient) -> None:
    client = await make_client(Role.CLIENT)
    assert (await client.post(PATH.format("h1"), json={"type": "churn"})).status_code == 403
