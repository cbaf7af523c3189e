"""A model is trained on the past, judged on what came later, kept, and put to use."""

import msgspec
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import ConstantTarget, Faults, NoSuch, WrongShape
from tessella.domain.errors.training import NobodyShares
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, PredictionId
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.training.asked import TrainingAsked, read_training
from tessella.models.writing import write_onnx
from tessella.ports.models import ModelState
from tessella.usecases.jobs import ask_for_training
from tessella.usecases.training.train import train_model
from tests.database import define, session_of
from tests.sharing import everybody_shares
from tests.shoppers import CHURN, UNTIL, bought, bought_by, crowd, declare_computed
from tests.usecases.audiences import nowhere, segment

pytestmark = pytest.mark.anyio

ASKED = TrainingAsked(PredictionId("churn"), as_of=UNTIL)


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare_computed(session)
    await segment(session, "frequent", {"gte": ["user.visits_28d", 4]})
    await segment(session, "north", {"eq": ["user.shop", "north"]})
    await segment(session, "asking", {"eq": ["ctx.region", "FI"]})
    return session


async def define_churn(session, **changed):
    await define(session, Kind.PREDICTION, "churn", **CHURN | changed)


async def trained(session, warehouse, asked=ASKED):
    await everybody_shares(session)
    return await train_model(session, warehouse, nowhere, write_onnx, asked)


async def test_a_model_learns_who_leaves_and_is_in_use_with_its_card(session, warehouse):
    await define_churn(session)
    await session.add_events(bought_by(crowd()))
    with pytest.raises(NobodyShares):
        await train_model(session, warehouse, nowhere, write_onnx, ASKED)
    await everybody_shares(session)
    told = []
    stored = await train_model(session, warehouse, nowhere, write_onnx, ASKED, told.append)
    manifest, card = stored.manifest, stored.manifest.card
    assert (stored.state, manifest.version, manifest.model_id) == (ModelState.ACTIVE, 1, "churn")
    assert manifest.cut == UNTIL - 7 * DAY_US
    assert manifest.population == Population("user.recency", 28)
    assert (card.test.first_cut, card.test.last_cut) == (manifest.cut, manifest.cut)
    assert card.train.last_cut < card.test.first_cut
    assert card.quality.auc.value > 0.7
    assert card.meaning == "No purchase in the 7 days after a cut, of those with one in the 28 days before it."
    assert {each.segment_id for each in card.segments} == {"frequent", "north"}
    assert told == sorted(told)
    model = await session.model("churn")
    leaving, staying = (
        model.one({"user.recency": recency, "user.visits_28d": visits, "user.shop": "north"})["churn"]
        for recency, visits in ((25.0, 1), (0.5, 4))
    )
    assert leaving > 0.5 > staying


async def test_what_happens_after_the_moment_that_was_asked_for_changes_nothing(session, warehouse):
    await define_churn(session)
    await session.add_events(bought_by(crowd()))
    first = (await trained(session, warehouse)).manifest
    await session.add_events([bought(subject, UNTIL + 1 + subject) for subject in range(240)])
    second = (await trained(session, warehouse)).manifest
    assert second.version == 2
    assert replace_moments(first) == replace_moments(second)


def replace_moments(manifest):
    """All but when it was made, and which version it is."""
    return msgspec.structs.replace(manifest, version=0, trained_at=Instant(0))


async def test_a_prediction_that_is_called_as_a_target_needs_no_declaration_and_another_one_does(session):
    assert (await ask_for_training(session, {"prediction_id": "churn"})).job == "train_model"
    with pytest.raises(NoSuch):
        await ask_for_training(session, {"prediction_id": "lapse"})


async def test_nothing_is_kept_of_a_training_that_fails(session, warehouse):
    await define_churn(session)
    await session.add_events(bought_by(dict.fromkeys(range(60), 1.0)))
    with pytest.raises(ConstantTarget):
        await trained(session, warehouse)
    assert await session.models() == []
    assert await session.model("churn") is None


async def test_a_source_that_is_not_there_or_lacks_a_label_is_told_at_once(session):
    with pytest.raises(Faults) as refused:
        await ask_for_training(session, {"prediction_id": "churn", "source": "telco"})
    assert [each.pointer for each in refused.value.faults()] == ["/label"]
    await define_churn(session, source="telco", label="left")
    with pytest.raises(Faults) as refused:
        await ask_for_training(session, {"prediction_id": "churn"})
    assert [each.message for each in refused.value.faults()] == ['There is no source "telco" in this namespace.']


@pytest.mark.parametrize(
    ("written", "pointer"),
    [
        ({}, "/prediction_id"),
        ({"prediction_id": "churn", "source": 7}, "/source"),
        ({"prediction_id": "churn", "as_of": "2999-01-01"}, "/as_of"),
        ({"prediction_id": "churn", "as_of": "1970-01-01"}, "/as_of"),
        ({"prediction_id": "churn", "as_of": "yesterday"}, "/as_of"),
    ],
)
def test_what_cannot_be_asked_for_is_pointed_at(written, pointer):
    with pytest.raises(WrongShape) as refused:
        read_training(written, now=UNTIL)
    assert refused.value.pointer == pointer
