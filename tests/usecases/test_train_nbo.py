"""Models of who accepts which offer are trained on whom offers were shown to."""

import numpy as np
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import NothingOffered
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, PredictionId, SubjectId
from tessella.domain.predictions.offers.evidence import POPULARITY_WARNING, TOO_FEW_WARNING
from tessella.domain.predictions.training.asked import TrainingAsked
from tessella.domain.predictions.training.train_offers import CHOSEN, NOT_BY_CHANCE, RATE
from tessella.models.writing import write_onnx
from tessella.ports.models import ModelState
from tessella.usecases.training.train import train_model
from tests.database import define, session_of
from tests.sharing import everybody_shares
from tests.shoppers import UNTIL, WEEKS, bought_by, declare_computed
from tests.usecases.audiences import nowhere

pytestmark = pytest.mark.anyio

ASKED = TrainingAsked(PredictionId("nbo"), as_of=UNTIL)
PEOPLE = 300
#: How likely a shopper of the north, and one of the south, accepts each offer.
TASTE = {"cake": (0.1, 0.6), "tea": (0.6, 0.1)}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare_computed(session)
    await define(session, Kind.PREDICTION, "nbo", prediction_id="nbo", target="nbo", horizon_days=5)
    for name, value in (("tea", 1.0), ("cake", 2.0), ("sofa", 400.0)):
        await define(session, Kind.OFFER, name, offer_id=name, name=name.title(), value_usd=value)
    await session.add_events(bought_by(dict.fromkeys(range(PEOPLE), 0.5)))
    return session


def offered(kind: str, offer: str, subject: int, moment: int) -> Event:
    name = f"{kind}-{offer}-{subject}-{moment}"
    return Event(name, SubjectId(f"s{subject}"), f"offer_{kind}", Instant(moment), item_id=offer)


def campaigns(seed: int = 3) -> list[Event]:
    """Every fortnight each shopper is shown one of two offers, and some accept it the day after."""
    random, events = np.random.default_rng(seed), []
    for week in range(1, WEEKS - 2, 2):
        shown_at = UNTIL - week * 7 * DAY_US
        for subject in range(PEOPLE):
            offer = ("tea", "cake")[int(random.integers(2))]
            events.append(offered("shown", offer, subject, shown_at))
            if random.random() < TASTE[offer][0 if subject % 2 else 1]:
                events.append(offered("accepted", offer, subject, shown_at + DAY_US))
    return events


async def trained(session, warehouse):
    await everybody_shares(session)
    return await train_model(session, warehouse, nowhere, write_onnx, ASKED)


def shopper(shop: str) -> dict[str, object]:
    return {"user.shop": shop, "user.recency": 3.0, "user.visits_28d": 2}


async def test_each_offer_has_a_model_that_knows_whose_taste_it_is(session, warehouse):
    await session.add_events(campaigns())
    stored = await trained(session, warehouse)
    assert (stored.state, stored.manifest.target) == (ModelState.ACTIVE, "nbo")
    model = await session.model("nbo")
    north, south = model.one(shopper("north")), model.one(shopper("south"))
    assert north["tea"] == pytest.approx(0.6, abs=0.1)
    assert south["tea"] == pytest.approx(0.1, abs=0.1)
    assert south["cake"] == pytest.approx(0.6, abs=0.1)
    assert north["cake"] == pytest.approx(0.1, abs=0.1)


async def test_an_offer_that_was_hardly_shown_is_told_by_its_rate_alike_for_everybody_and_named(session, warehouse):
    few = [offered("shown", "sofa", subject, UNTIL - 20 * DAY_US) for subject in range(10)]
    await session.add_events(campaigns() + few)
    manifest = (await trained(session, warehouse)).manifest
    model = await session.model("nbo")
    assert model.one(shopper("north"))["sofa"] == model.one(shopper("south"))["sofa"] < 0.35
    assert manifest.warning.startswith("sofa: shown or accepted too seldom for a model")
    assert manifest.predictor.endswith(", rate")


async def test_the_card_compares_the_models_with_each_offers_rate_on_later_exposures(session, warehouse):
    await session.add_events(campaigns())
    card = (await trained(session, warehouse)).manifest.card
    tried = {each.predictor: each for each in card.candidates}
    assert tried[CHOSEN].quality == card.quality
    assert tried[CHOSEN].quality.log_loss.high < tried[RATE].quality.log_loss.low
    assert card.test.first_cut > card.train.last_cut
    assert card.test.rows == PEOPLE
    assert card.meaning == "Accepted within 5 days of being shown."
    assert NOT_BY_CHANCE in card.warnings
    assert all(f"{offer}" in card.verdict for offer in TASTE)


async def test_who_had_no_history_when_an_offer_was_shown_is_learned_from_as_unknown(session, warehouse):
    strangers = [offered("shown", "tea", subject, UNTIL - 20 * DAY_US) for subject in range(900, 910)]
    await session.add_events(campaigns() + strangers)
    inputs = (await trained(session, warehouse)).manifest.inputs
    assert {each.name: each.flags_missing for each in inputs}["user.recency"]


async def test_without_exposures_offers_rest_on_how_many_took_them_and_say_so(session, warehouse):
    await session.add_events([offered("accepted", "tea", subject, UNTIL - DAY_US) for subject in range(30)])
    manifest = (await trained(session, warehouse)).manifest
    model = await session.model("nbo")
    told = model.one(shopper("north"))
    assert manifest.warning == POPULARITY_WARNING
    assert manifest.card is None
    assert told["tea"] == pytest.approx(31 / (PEOPLE + 2), abs=1e-6)
    assert told["sofa"] == pytest.approx(1 / (PEOPLE + 2), abs=1e-6)
    assert told == model.one(shopper("south"))


async def test_twenty_exposures_are_too_few_for_any_model(session, warehouse):
    shown = [offered("shown", "tea", subject, UNTIL - 20 * DAY_US) for subject in range(20)]
    taken = [offered("accepted", "tea", subject, UNTIL - 19 * DAY_US) for subject in range(10)]
    await session.add_events(shown + taken)
    manifest = (await trained(session, warehouse)).manifest
    assert manifest.warning == TOO_FEW_WARNING
    assert (await session.model("nbo")).one({})["tea"] == pytest.approx(0.5, abs=1e-3)


async def test_offers_that_nobody_was_shown_or_took_cannot_be_learned_from(session, warehouse):
    with pytest.raises(NothingOffered):
        await trained(session, warehouse)
