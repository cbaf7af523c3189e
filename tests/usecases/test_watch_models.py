"""Models that are watched: drift and outcomes are found, told once, and gone when they are over."""

import msgspec
import numpy as np
import psycopg
import pytest

from tessella import usecases
from tessella.domain.alerts.alert import AlertState
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.predictions.bins import number_bins
from tessella.domain.predictions.monitoring.records import Outcomes
from tessella.domain.predictions.target import Target
from tessella.domain.privacy.consent import Consent
from tessella.usecases.predictions.watch_models import watch_models
from tessella.warehouse.duckdb import DuckDBWarehouse
from tests.churn_model import declare_inputs
from tests.database import define, session_elsewhere, session_of
from tests.model_files import model
from tests.usecases.audiences import know
from tests.watched import ENDED, PEOPLE, RECENCY, card, facts, people, purchase, serve

pytestmark = pytest.mark.anyio


@pytest.fixture
async def session(storage, namespace):
    await declare_inputs(await session_of(storage, namespace))
    session = await session_of(storage, namespace)
    await people(session)
    return session


async def watch(session, duckdb, model_id=None):
    [found] = await watch_models(session, DuckDBWarehouse(duckdb), model_id)
    return found


async def alerts(session) -> dict[str, tuple[AlertState, int]]:
    """The last one of each rule: its state, and how often it was seen."""
    found, _ = await session.alerts(state=None, limit=100, cursor=None)
    assert len({(each.rule, each.key) for each in found if each.state is AlertState.OPEN}) == sum(
        each.state is AlertState.OPEN for each in found
    )
    return {each.rule: (each.state, each.seen) for each in reversed(found)}


async def come_back(session, buyers, days: int = 28) -> None:
    """Some buy within the horizon, and one of nobody's concern after it: then what happened is known."""
    later = [purchase(number, ENDED + 5 * DAY_US) for number in buyers]
    await session.add_events([*later, purchase(999, ENDED + days * DAY_US)])


async def test_subjects_like_those_of_the_training_raise_nothing(session, duckdb):
    version = await serve(session, card())
    found = await watch(session, duckdb)
    assert (found.model_id, found.version, found.as_of) == ("churn", version, ENDED)
    assert (found.drift.subjects, found.drift.worst) == (PEOPLE, 0)
    assert await alerts(session) == {}


async def test_drift_is_told_once_for_as_long_as_it_lasts_and_resolved_when_it_is_over(session, duckdb):
    await serve(session, card())
    await know(session, facts(RECENCY / 4), as_of=Instant(ENDED + 1))
    for _ in range(2):
        found = await watch(session, duckdb)
    assert found.drift.inputs[0].name == "recency_days"
    assert await alerts(session) == {"model_drift": (AlertState.OPEN, 2)}
    assert [each.as_of for each in await session.drifts("churn", 1, 10)] == [ENDED + 1]
    await know(session, facts(), as_of=Instant(ENDED + 2))
    await watch(session, duckdb)
    assert await alerts(session) == {"model_drift": (AlertState.RESOLVED, 2)}


async def test_only_those_are_compared_that_the_prediction_is_about(session, duckdb):
    """Who left long ago is no subject of a model of churn, however many there are of them."""
    await serve(session, card())
    gone = {f"gone{number}": {"recency_days": 99.0, "tier": "tin"} for number in range(PEOPLE)}
    await know(session, gone, as_of=ENDED)
    found = await watch(session, duckdb)
    assert (found.drift.subjects, found.drift.worst) == (PEOPLE, 0)


async def test_limits_of_the_prediction_decide_from_where_on_there_is_an_alert(storage, namespace, session, duckdb):
    limits = {"psi_moderate": 90.0, "psi_large": 99.0}
    await define(session, Kind.PREDICTION, "churn", prediction_id="churn", target="churn", limits=limits)
    session = await session_of(storage, namespace)
    await serve(session, card())
    await know(session, facts(RECENCY / 4), as_of=Instant(ENDED + 1))
    await watch(session, duckdb)
    assert await alerts(session) == {}


async def test_nothing_is_read_of_who_has_opted_out(session, duckdb):
    await serve(session, card())
    for number in range(PEOPLE):
        if number % 2:
            await session.set_consent(SubjectId(f"s{number:03}"), Consent(personalization_enabled=False))
    assert (await watch(session, duckdb)).drift.subjects == PEOPLE // 2
    [batch] = await session.open_batches("churn")
    assert {int(each[1:]) % 2 for each in await session.kept_predictions(batch)} == {0}


async def test_outcomes_wait_until_something_has_happened_after_the_horizon(session, duckdb):
    await serve(session, card())
    await watch(session, duckdb)
    told = await usecases.get_monitoring(session, "churn")
    [batch] = told.waiting
    assert (batch.as_of, batch.due_at, batch.subjects) == (ENDED, ENDED + 28 * DAY_US, PEOPLE)
    assert "It can be expected from 2023-12-12" in told.note
    await come_back(session, range(40), days=27)
    await watch(session, duckdb)
    assert not (await usecases.get_monitoring(session, "churn")).judged


async def test_what_happened_as_it_was_said_raises_nothing_and_no_subject_is_kept_after_that(session, duckdb):
    await serve(session, card())
    await watch(session, duckdb)
    [batch] = await session.open_batches("churn")
    told = await session.kept_predictions(batch)
    random = np.random.default_rng(3)
    await come_back(session, [number for number in range(PEOPLE) if random.random() > told[f"s{number:03}"]])
    await watch(session, duckdb)
    [judged] = (await usecases.get_monitoring(session, "churn")).judged
    assert judged.outcomes.subjects == PEOPLE
    assert judged.outcomes.mean_told == pytest.approx(np.mean(list(told.values())))
    assert judged.outcomes.difference.low <= 0 <= judged.outcomes.difference.high
    assert "model_outcomes" not in await alerts(session)
    assert await session.kept_predictions(batch) == {}


async def test_what_happened_otherwise_is_told_once_and_no_longer_of_another_version(session, duckdb):
    first = await serve(session, card())
    await watch(session, duckdb)
    await come_back(session, [])
    for _ in range(2):
        await watch(session, duckdb)
    assert (await alerts(session))["model_outcomes"] == (AlertState.OPEN, 2)
    assert [each.outcomes.positives for each in await session.judged_batches("churn", first, 10)] == [PEOPLE]
    await serve(session, card(), seed=8)
    await watch(session, duckdb)
    assert (await alerts(session))["model_outcomes"][0] is AlertState.RESOLVED


async def test_what_an_earlier_version_said_is_judged_as_its_own(session, duckdb):
    first = await serve(session, card())
    await watch(session, duckdb)
    second = await serve(session, card(), seed=8)
    await come_back(session, [])
    await watch(session, duckdb)
    assert len(await session.judged_batches("churn", first, 10)) == 1
    assert await session.judged_batches("churn", second, 10) == []
    assert "model_outcomes" not in await alerts(session)


async def test_who_opted_out_meanwhile_is_not_judged(session, duckdb):
    await serve(session, card())
    await watch(session, duckdb)
    await session.set_consent(SubjectId("s000"), Consent(personalization_enabled=False))
    await come_back(session, range(1, 40))
    await watch(session, duckdb)
    [judged] = await session.judged_batches("churn", 1, 10)
    assert (judged.outcomes.subjects, judged.outcomes.positives) == (PEOPLE - 1, PEOPLE - 40)


async def test_predictions_are_kept_once_a_week(session, duckdb):
    await serve(session, card())
    for days in (0, 1, 6, 7):
        await know(session, facts(), as_of=Instant(ENDED + days * DAY_US))
        await watch(session, duckdb)
    assert [(each.as_of - ENDED) // DAY_US for each in await session.open_batches("churn")] == [0, 7]


async def test_a_prediction_that_was_declared_anew_since_is_not_judged(storage, namespace, session, duckdb):
    await serve(session, card())
    await define(session, Kind.PREDICTION, "churn", prediction_id="churn", target="churn", horizon_days=14)
    session = await session_of(storage, namespace)
    await watch(session, duckdb)
    assert await session.open_batches("churn") == []


async def test_a_model_without_a_card_has_no_reference_and_can_be_judged(session, duckdb):
    await serve(session, None)
    found = await watch(session, duckdb)
    assert "no reference" in found.drift.notes[0]
    await come_back(session, [])
    await watch(session, duckdb)
    assert (await session.judged_batches("churn", 1, 1))[0].outcomes.against_card is None
    assert (await alerts(session))["model_outcomes"] == (AlertState.OPEN, 1)


async def test_where_nobody_is_there_nothing_is_told_and_nothing_kept(storage, duckdb):
    session = await session_elsewhere(storage)
    await declare_inputs(session)
    session = await session_of(storage, session.caller.namespace)
    await serve(session, card())
    found = await watch(session, duckdb)
    assert (found.drift.subjects, found.drift.worst) == (0, None)
    assert (await session.open_batches("churn"), await alerts(session)) == ([], {})


async def test_the_active_who_are_not_known_are_counted(session, duckdb):
    await serve(session, card())
    await session.add_events([purchase(number, ENDED) for number in range(500, 503)])
    found = await watch(session, duckdb)
    assert found.drift.notes == ("Of 3 subjects who were active, nothing is known that the model reads.",)


async def test_a_model_that_is_not_active_cannot_be_looked_at(session, duckdb):
    assert await watch_models(session, DuckDBWarehouse(duckdb)) == []
    with pytest.raises(NoSuch):
        await watch_models(session, DuckDBWarehouse(duckdb), "churn")


async def test_another_namespace_sees_nothing_of_it(storage, session, duckdb):
    await serve(session, card())
    await watch(session, duckdb)
    [batch] = await session.open_batches("churn")
    elsewhere = await session_elsewhere(storage)
    assert await elsewhere.open_batches("churn") == []
    assert await elsewhere.kept_predictions(batch) == {}
    assert await elsewhere.drifts("churn", 1, 10) == []


async def test_what_was_kept_more_than_a_year_ago_is_forgotten_with_its_subjects(database, session, duckdb):
    await serve(session, card())
    await watch(session, duckdb)
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.model_batches SET kept_at = now() - interval '401 days' WHERE namespace = %s",
            [session.caller.namespace],
        )
    [batch] = await session.open_batches("churn")
    await know(session, facts(), as_of=Instant(ENDED + 8 * DAY_US))
    await watch(session, duckdb)
    assert [each.as_of for each in await session.open_batches("churn")] == [ENDED + 8 * DAY_US]
    assert await session.kept_predictions(batch) == {}


async def test_a_model_of_a_source_is_compared_with_its_last_calculation_and_cannot_be_judged(
    storage, namespace, session, duckdb
):
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location="shop.parquet")
    for name, kind in {"recency_days": "number", "tier": "string"}.items():
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="warehouse")
    about = {"prediction_id": "churn", "target": "churn", "source": "shop", "label": "left"}
    await define(session, Kind.PREDICTION, "churn", **about)
    session = await session_of(storage, namespace)
    await serve(session, card())
    found = await watch(session, duckdb)
    assert (found.drift.subjects, await session.open_batches("churn")) == (0, [])
    assert found.drift.notes[0].endswith("have been calculated yet.")
    assert "A source says what happened, and not when" in (await usecases.get_monitoring(session, "churn")).note


async def test_a_model_of_offers_is_looked_at_among_those_who_were_shown_one(storage, namespace, session, duckdb):
    for name in ("spend", "visits"):
        await define(session, Kind.FEATURE, name, name=name, type="number")
    session = await session_of(storage, namespace)
    known = {f"s{number:03}": {"spend": float(number), "visits": 1.0} for number in range(PEOPLE)}
    await know(session, known, as_of=ENDED)
    shown = [Event(f"o{number}", SubjectId(f"s{number:03}"), "offer_shown", ENDED) for number in range(120)]
    await session.add_events(shown)
    reference = msgspec.structs.replace(card(), reference=(number_bins("spend", np.arange(120.0)),))
    await session.add_model(*model(1.0, -1.0, model_id="nbo", target=Target.NBO, card=reference))
    await session.activate_model("nbo", 1)
    found = await watch(session, duckdb)
    assert (found.drift.subjects, found.drift.inputs[0].psi) == (120, 0)
    assert await session.open_batches("nbo") == []
    assert "card of the next training" in (await usecases.get_monitoring(session, "nbo")).note


async def test_what_two_processes_judge_at_once_is_what_the_first_has_found(session, duckdb):
    await serve(session, card())
    await watch(session, duckdb)
    [batch] = await session.open_batches("churn")
    await session.judge_batch(batch, Outcomes(PEOPLE, 7))
    await session.judge_batch(batch, Outcomes(0, 0))
    [judged] = await session.judged_batches("churn", 1, 10)
    assert (judged.outcomes.subjects, judged.outcomes.positives) == (PEOPLE, 7)
