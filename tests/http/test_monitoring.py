"""Models that are watched, over HTTP: what was found, the alert, and the figures for Prometheus."""

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.ports import Caller
from tessella.usecases.predictions.watch_models import watch_models
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.churn_model import declare_inputs
from tests.database import eventually
from tests.http.conftest import MakeClient
from tests.http.test_metrics import read
from tests.usecases.audiences import know
from tests.watched import ENDED, PEOPLE, RECENCY, card, facts, people, purchase, serve

pytestmark = pytest.mark.anyio

PATH = "/api/v1/models/churn"


@pytest.fixture(scope="module")
def duckdb():
    with DuckDBWorker(memory_limit="200MB", threads=1) as worker:
        yield worker


@pytest.fixture
async def watched(application: Application, namespace: Namespace, duckdb) -> None:
    """A model whose subjects have drifted, and what it said: it has come otherwise."""
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await declare_inputs(session)
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await people(session)
        await serve(session, card())
        await know(session, facts(RECENCY / 4), as_of=Instant(ENDED + 1))
        await watch_models(session, DuckDBWarehouse(duckdb))
        await session.add_events([purchase(999, ENDED + 29 * DAY_US)])
        await watch_models(session, DuckDBWarehouse(duckdb))


@pytest.mark.usefixtures("watched")
async def test_what_was_found_is_shown_with_its_limits_and_its_history(admin: httpx.AsyncClient) -> None:
    told = (await admin.get(f"{PATH}/monitoring")).json()
    assert set(told) == {
        "model", "limits", "drift", "outcomes", "note", "waiting", "drift_history", "outcomes_history",
    }  # fmt: skip
    assert (told["model"]["model_id"], told["model"]["version"], told["model"]["state"]) == ("churn", 1, "active")
    assert told["limits"]["psi_large"] == 0.25
    found = told["outcomes"]["found"]
    assert (found["subjects"], found["positives"], len(found["bins"])) == (PEOPLE, PEOPLE, 10)
    assert found["calibration_error"] == told["outcomes_history"][0]["calibration_error"]
    assert (told["note"], told["waiting"]) == ("", [])
    assert [each["psi"] > 0.25 for each in told["drift_history"]] == [True]
    raised = (await admin.get("/api/v1/alerts")).json()["items"]
    assert {(each["rule"], each["key"], each["state"]) for each in raised} == {
        ("model_drift", "churn", "open"), ("model_outcomes", "churn", "open"),
    }  # fmt: skip


@pytest.mark.usefixtures("watched")
async def test_figures_of_active_models_and_of_what_was_predicted_are_counted(
    admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    predicted = await admin.post("/api/loyalty/v1/customers/s001/ml/predict/", json={"type": "churn"})
    assert predicted.status_code == 200

    async def are_told() -> bool:
        found = read((await admin.get("/metrics")).text)
        return found.get(("tessella_model_calibration_error", "churn", namespace), 0) > 0.05

    await eventually(are_told, "the figures of the model are told")
    found = read((await admin.get("/metrics")).text)
    assert found["tessella_model_predictions_total", namespace, "churn"] == 1
    assert found["tessella_model_psi", "churn", namespace] > 0.25
    assert found["tessella_model_age_seconds", "churn", namespace] >= 0


async def test_a_model_that_is_not_there_is_not_found(admin: httpx.AsyncClient) -> None:
    assert (await admin.get(f"{PATH}/monitoring")).status_code == 404
    assert (await admin.post(f"{PATH}/check")).status_code == 404


@pytest.mark.usefixtures("watched")
async def test_a_check_is_a_job_and_the_same_while_it_is_queued(
    admin: httpx.AsyncClient, make_client: MakeClient
) -> None:
    first, second = [await admin.post(f"{PATH}/check") for _ in range(2)]
    assert (first.status_code, first.json()["job"]) == (202, "watch_models")
    assert first.json()["run_id"] == second.json()["run_id"]
    service = await make_client(Role.SERVICE)
    assert (await service.get(f"{PATH}/monitoring")).status_code == 403
