"""Which model is used, and what is told anew by another one."""

import msgspec
import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import ModelTellsOther
from tessella.domain.predictions.target import PredictionType, Target
from tessella.ports.jobs import Job, RunState
from tests.churn_model import churn_model, declare_inputs
from tests.database import define, session_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    """With two versions of a model of churn."""
    session = await session_of(storage, namespace)
    await declare_inputs(session)
    for _ in range(2):
        await session.add_model(*churn_model())
    return session


async def with_facts(storage, session):
    name = "prediction.churn"
    await define(session, Kind.FEATURE, name, name=name, type="number", source="prediction")
    return await session_of(storage, session.caller.namespace)


async def asked_for(session):
    runs, _ = await session.runs(job=Job.REFRESH_PREDICTIONS, state=RunState.QUEUED, limit=10, cursor=None)
    return [run.inputs for run in reversed(runs)]


async def test_each_model_that_comes_into_use_has_facts_told_anew(storage, session):
    session = await with_facts(storage, session)
    await usecases.ask_for_refresh(session)
    await usecases.activate_model(session, "churn", 1)
    await usecases.activate_model(session, "churn", 2)
    by = [{"model_id": "churn", "version": version} for version in (1, 2)]
    assert await asked_for(session) == [{}, *by]
    await usecases.roll_back_model(session, "churn")
    assert await asked_for(session) == [{}, *by]


async def test_where_no_fact_is_declared_nothing_is_told_anew(storage, session):
    await usecases.activate_model(await session_of(storage, session.caller.namespace), "churn", 1)
    assert await asked_for(session) == []


async def test_a_model_of_offers_writes_no_facts(storage, session):
    session = await with_facts(storage, session)
    manifest, files = churn_model()
    await session.add_model(msgspec.structs.replace(manifest, model_id="nbo", target=Target.NBO), files)
    await usecases.activate_model(session, "nbo", 1)
    assert await asked_for(session) == []


async def test_a_model_that_tells_something_else_than_its_name_is_not_activated(session):
    manifest, files = churn_model()
    await session.add_model(msgspec.structs.replace(manifest, target=Target.NBO), files)
    with pytest.raises(ModelTellsOther, match='"churn" tells nbo, and not churn'):
        await usecases.activate_model(session, "churn", 3)
    await session.activate_model("churn", 3)
    with pytest.raises(ModelTellsOther):
        await usecases.predict_customer(session, "ann", PredictionType.CHURN)


async def test_going_back_to_what_cannot_be_told_any_more_changes_nothing(session):
    manifest, files = churn_model()
    await session.add_model(msgspec.structs.replace(manifest, target=Target.NBO), files)
    for version in (3, 1):
        await session.activate_model("churn", version)
    with pytest.raises(ModelTellsOther):
        await usecases.roll_back_model(session, "churn")
    assert (await usecases.get_model(session, "churn")).manifest.version == 1
